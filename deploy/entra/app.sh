here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
umask 077
case $pem in /*) ;; *) pem=$here/$pem ;; esac

say() { printf '%s\n' "$*"; }
fail() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# What was just made is not found everywhere at once, so it is asked for again.
# Within "until" bash goes on after an error: what runs here returns at each.
patiently() {
	local tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 6 ] || return 1
		say "  not there yet; once more in ${PAUSE:-10} seconds"
		sleep "${PAUSE:-10}"
	done
}

plan() {
	say "This looks for each of these in tenant $tenant, and makes what is missing:"
	say "  - the registration \"$name\"; one that is there is set as $body says"
	say "  - a certificate with its key in $pem; a file that is there stays as it is"
	say "  - that certificate, without its key, at the registration"
	say "  - the registration's service principal"
}

# az has to speak to the right cloud and the right tenant.
signed_in() {
	local tool at
	for tool in az openssl; do
		command -v "$tool" >/dev/null || fail "$tool is not installed"
	done
	at=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv)
	[ "${at%/}" = "$graph" ] ||
		fail "az speaks to $at, not to $graph: choose the cloud with az cloud set, or name the host with az cloud update --endpoint-microsoft-graph-resource-id"
	at=$(az account show --query tenantId --output tsv) ||
		fail "az is not signed in: az login --allow-no-subscriptions --tenant $tenant"
	[ "$(printf '%s' "$at" | tr '[:upper:]' '[:lower:]')" = "$tenant" ] ||
		fail "az is signed in to tenant $at: az login --allow-no-subscriptions --tenant $tenant"
}

# certificate makes the file with certificate and key, unless there is one.
certificate() {
	work=$(mktemp -d "$(dirname "$pem")/.guestsite.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	if [ -e "$pem" ]; then
		say "= certificate: $pem was there"
	else
		openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 730 -subj '/CN=guestsite' \
			-keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/log" || fail "openssl: $(cat "$work/log")"
		cat "$work/certificate.pem" "$work/key.pem" >"$work/both.pem"
		ln "$work/both.pem" "$pem" # where a file has come up meanwhile, this fails
		say "+ certificate: $pem made, good for two years"
	fi
	openssl x509 -in "$pem" -out "$work/public.pem"
	print=$(openssl x509 -in "$pem" -noout -fingerprint -sha1 | sed 's/.*=//' | tr -d ':')
	[[ $print =~ ^[0-9A-F]{40}$ ]] || fail "openssl gave no fingerprint of $pem"
}

# registration sets id. APP_ID names one of several with the same name.
registration() {
	id=${APP_ID:-}
	[ -n "$id" ] || id=$(az ad app list --filter "$filter" --query '[].appId' --output tsv)
	case $id in *$'\n'*) fail "there are several registrations \"$name\"; set APP_ID to the one you mean:"$'\n'"$id" ;; esac
	local how=PATCH url="$graph/v1.0/applications(appId='$id')"
	if [ -z "$id" ]; then
		how=POST url=$graph/v1.0/applications
	else
		guid "$id"
	fi
	local got
	got=$(az rest --method "$how" --url "$url" --resource "$graph/" --headers 'Content-Type=application/json' \
		--body "@$here/$body" --query appId --output tsv)
	if [ "$how" = POST ]; then
		id=$got
		guid "$id"
		say "+ registration: $id made"
	else
		say "= registration: $id was there; set as $body says"
	fi
}

guid() {
	[[ $1 =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]] || fail "\"$1\" is no id of a registration"
}

# upload gives the registration the certificate, beside those that it has.
# Unverified: that a name given to a certificate is listed. Where it is not, a
# second run adds the same certificate once more, which changes nothing.
upload() {
	local known
	known=$(az ad app credential list --id "$id" --cert --query '[].[displayName, customKeyIdentifier]' --output tsv) || return
	case $known in
		*"$print"*)
			say "= certificate: $print was registered"
			return
			;;
	esac
	az ad app credential reset --id "$id" --append --cert "@$work/public.pem" --display-name "guestsite $print" --output none ||
		return
	say "+ certificate: $print registered"
}

principal() {
	local found
	found=$(az ad sp list --filter "appId eq '$id'" --query '[].id' --output tsv) || return
	if [ -n "$found" ]; then
		say "= service principal: was there"
		return
	fi
	az ad sp create --id "$id" --output none || return
	say "+ service principal: made"
}

register() {
	certificate
	registration
	patiently upload
	patiently principal
}
