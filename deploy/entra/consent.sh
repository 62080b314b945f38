plan
say ''
signed_in
register

say ''
say 'Left to do:'
say '  1. As a Global Administrator or a Privileged Role Administrator open this page, and consent:'
say "     $login/$tenant/adminconsent?client_id=$id"
# Unverified: the newer page. It needs an address that the registration may return to.
[ -z "$newer" ] || say "     or the newer one: $newer&client_id=$id"
say '     A page that cannot be opened after that does no harm.'
say '  2. Write into guestsite.yaml:'
say "     $key: $id"
say "     ${key%client_id}certificate_file: $pem"
