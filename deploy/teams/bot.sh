group=${1:-} bot=${2:-$bot}
[ -n "$group" ] || fail 'say which resource group the bot is to be in: azure-bot.sh RESOURCE-GROUP [NAME-OF-THE-BOT]'
[[ $group =~ ^[A-Za-z0-9._()-]{1,90}$ ]] || fail "\"$group\" is no name of a resource group"
[[ $bot =~ ^[A-Za-z0-9][A-Za-z0-9._-]{3,41}$ ]] || fail "\"$bot\" is no name of a bot: 4 to 42 letters, digits, dots, - and _"

plan
say "  - the Azure Bot resource $bot in resource group $group, for that registration"
say "  - its messaging endpoint $endpoint, and its channel to Microsoft Teams"
say ''
signed_in
[ "$(az group exists --name "$group")" = true ] ||
	fail "there is no resource group $group: az group create --name $group --location LOCATION"
register

found=$(az resource list --resource-group "$group" --resource-type Microsoft.BotService/botServices --query '[].name' --output tsv)
case $'\n'$found$'\n' in
	*$'\n'"$bot"$'\n'*)
		az bot update --resource-group "$group" --name "$bot" --endpoint "$endpoint" --output none
		say "= bot: $bot was there; its messaging endpoint is $endpoint"
		;;
	*)
		az bot create --resource-group "$group" --name "$bot" --app-type SingleTenant --appid "$id" --tenant-id "$tenant" \
			--endpoint "$endpoint" --output none
		say "+ bot: $bot made"
		;;
esac
# Unverified: that a bot lists its channels by these names.
channels=$(az bot show --resource-group "$group" --name "$bot" --query properties.configuredChannels --output tsv)
case $channels in
	*msteams*) say '= channel: Microsoft Teams was on' ;;
	*)
		az bot msteams create --resource-group "$group" --name "$bot" --output none
		say '+ channel: Microsoft Teams switched on'
		;;
esac

say ''
say 'Left to do:'
say "  1. Azure portal, $bot, Channels: switch every channel off but Microsoft Teams."
say '  2. Write into guestsite.yaml:'
say "     $key: $id"
say "     ${key%app_id}certificate_file: $pem"
