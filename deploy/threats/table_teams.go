package main

import "slices"

// inTeams are the checks of what comes in from Teams, of whom it is from, and of
// where the bot's own token goes.
func inTeams() []threat {
	return slices.Concat(teamsTokens(), teamsKeys(), teamsActivities(), teamsCalls())
}

const teams = "./bot/teams"

// teamsTokens are the checks of the token that comes with a request.
func teamsTokens() []threat {
	const jwt, ticket, handler = "bot/teams/token.go", "bot/teams/ticket.go", "bot/teams/handler.go"
	const forged = "^TestVerify_RefusesATokenWithOnePropertyWrong$"
	const covers = "^TestCovers_BindsTheTokenToTheBody$"
	const door = "^TestDoor_RefusesWhatDiffersInOneProperty$"
	return []threat{
		{"a Teams token of another issuer", jwt, "jwt.WithIssuer(o.Issuer),", "", teams, forged},
		{"a Teams token for another audience", jwt, "jwt.WithAudience(o.AppID),", "", teams, forged},
		{"a Teams token for several audiences", jwt, "if len(c.Audience) != 1 {", "if len(c.Audience) == 0 {", teams, forged},
		{"a Teams token without an end", jwt, "jwt.WithExpirationRequired(),", "", teams, forged},
		{"a Teams token with an extension that must be understood", jwt, `if _, ok := t.Header["crit"]; ok {`, `if _, ok := t.Header["critical"]; ok {`, teams, forged},
		{"a Teams token without a service URL", jwt, `if c.ServiceURL == "" {`, `if c.ID == "none" {`, teams, forged},
		{"a Teams key without an endorsement", ticket, "if !slices.Contains(t.endorsements, channel) {", "if !slices.Contains(append(t.endorsements, channel), channel) {", teams, covers},
		{"a Teams activity of another service", ticket, `named == "" || named != plainServiceURL(t.serviceURL)`, `named == ""`, teams, door},
		{"a Teams activity of another channel", ticket, "if channel != channelID {", `if channel == "" {`, teams, covers},
		{"a Teams request of whom no token is wanted", handler, "\tif err != nil {\n\t\tstatus := http.StatusUnauthorized", "\tif err != nil && t.serviceURL != \"\" {\n\t\tstatus := http.StatusUnauthorized", teams, door},
		{"a Teams token that somebody else signed", jwt, "\tcase err != nil:\n\t\treturn ticket{}, err\n\t}\n\treturn ticket{serviceURL", "\tcase err != nil && !errors.Is(err, jwt.ErrTokenSignatureInvalid):\n\t\treturn ticket{}, err\n\t}\n\treturn ticket{serviceURL", teams, forged},
		{"a Teams token of another algorithm", jwt, "jwt.WithValidMethods([]string{tokenAlgorithm}),", "", teams, forged},
		{"a Teams token of an algorithm that the issuer does not list", jwt, "if !set.allows(tokenAlgorithm) {", `if !set.allows(tokenAlgorithm) && id == "x" {`, teams, "^TestVerify_TakesOnlyAnAlgorithmThatTheMetadataLists$"},
		{"a Teams token that has expired, or is not valid yet", jwt, "jwt.WithLeeway(tokenLeeway),", "jwt.WithLeeway(2*tokenLeeway),", teams, forged},
		{"a Teams token without a beginning", jwt, "jwt.WithNotBeforeRequired(),", "", teams, forged},
		{"a Teams token that expires while keys are read", jwt, "_, err = v.parser.ParseWithClaims(token, &claims, func", "_, err = jwt.NewParser(jwt.WithValidMethods([]string{tokenAlgorithm}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()).ParseWithClaims(token, &claims, func", teams, "^TestVerify_RefusesATokenThatExpiresWhileKeysAreRead$"},
		{"a Teams token in another spelling", jwt, "jwt.WithStrictDecoding(), // one token has one spelling", "", teams, forged},
		{"a Teams token without a key's id", jwt, `if id == "" || len(id) > maxKeyID {`, "if len(id) > maxKeyID {", teams, forged},
		{"a Teams token of many parts", jwt, `if strings.Count(token, ".") != 2 || strings.Trim`, `if strings.Trim`, teams, "^TestBearerToken_IsThreePartsBeforeItIsRead$"},
		{"a Teams token that is too long", jwt, "if len(authorization) > maxAuthorization {", "if len(authorization) > 1000*maxAuthorization {", teams, forged},
		{"a Teams token of another scheme", jwt, `if !ok || !strings.EqualFold(scheme, "Bearer") {`, `if !ok || scheme == "" {`, teams, forged},
		{"a part of a Teams token in an error", jwt, "case errors.Is(err, jwt.ErrTokenMalformed):", "case err == errTokenShape:", teams, forged},
		{"an open door where the app id is missing", jwt, `if o.AppID == "" || o.Issuer == "" || o.MetadataURL == "" {`, `if o.AppID == "x" {`, teams, "^TestVerify_RefusesEverythingWhileAnOptionIsMissing$"},
	}
}

// teamsKeys are the checks of the keys by which tokens are judged.
func teamsKeys() []threat {
	const keys, fetch, jwt = "bot/teams/keys.go", "bot/teams/keys_fetch.go", "bot/teams/token.go"
	const trusted = "^TestFetch_RefusesWhatItCannotTrust$"
	const usable = "^TestFetch_LeavesOutKeysThatCannotCheckAToken$"
	return []threat{
		{"keys read without end for forgeries", keys, "if !s.busy && (s.ended == nil || now.Sub(s.tried) >= keysFloor) {", "if !s.busy {", teams, "^TestKeys_AFloodOfUnknownIDsAsksOnceAMinute$"},
		{"keys read for a Teams token that is refused anyway", jwt, "if err := v.claims.Validate(t.Claims); err != nil {", `if err := v.claims.Validate(t.Claims); err != nil && id == "x" {`, teams, "^TestVerify_RefusesATokenWithOnePropertyWrong$"},
		{"a Teams key that was withdrawn", keys, "now.Sub(s.read) < keysLife {", "s.read.Before(now.Add(keysLife)) {", teams, "^TestKeys_AWithdrawnKeyIsRefusedAfterADay$"},
		{"Teams keys of another issuer's metadata", fetch, "if metadata.Issuer != s.issuer {", `if metadata.Issuer == "" {`, teams, trusted},
		{"Teams keys without TLS", fetch, `u.Scheme != "https" || u.Host == ""`, `u.Host == ""`, teams, trusted},
		{"Teams keys behind a redirect", keys, "s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }", "", teams, trusted},
		{"Teams keys without end", fetch, "if len(body) > maxKeysBody {", "if len(body) > 100*maxKeysBody {", teams, trusted},
		{"a Teams key that is short", fetch, "modulus.BitLen() < minKeyBits", "modulus.BitLen() < 8", teams, usable},
		{"a Teams key for something else than signatures", fetch, `(k.Use != "" && k.Use != "sig") || `, "", teams, usable},
	}
}

// teamsActivities are the checks of what an activity says: which tenant it is of,
// from whom, and about which card.
func teamsActivities() []threat {
	const handler, inbound, invoke, payload = "bot/teams/handler.go", "bot/teams/inbound.go", "bot/teams/invoke.go", "bot/teams/payload.go"
	const door = "^TestDoor_RefusesWhatDiffersInOneProperty$"
	const copied = "^TestRepeat_ACopyOfACardIsAnother$"
	const tampered = "^TestTamper_IsRefusedOrTakenAsWhatItSays$"
	const press, bot, stories = "bot/press.go", "./bot", "^TestStories$"
	return []threat{
		{"an activity that is not bound to its token", handler, "if err := t.covers(act.ChannelID, act.ServiceURL); err != nil {", `if err := t.covers(act.ChannelID, act.ServiceURL); err != nil && act.ID == "x" {`, teams, door},
		{"an oversized activity", handler, "http.MaxBytesReader(w, r.Body, a.bodyLimit)", "http.MaxBytesReader(w, r.Body, 1000*a.bodyLimit)", teams, door},
		{"a second tenant's user in Teams", handler, "if !slices.Contains(a.tenants, act.tenant()) {", `if !slices.Contains(append(a.tenants, act.tenant()), act.tenant()) || act.tenant() == "" {`, teams, door},
		{"an activity that names two tenants", inbound, `if c := strings.ToLower(v.Conversation.TenantID); c != "" && c != t {`, `if c := strings.ToLower(v.Conversation.TenantID); c == "x" {`, teams, door},
		{"an activity whose service is on a host that is not allowed", handler, "err != nil || !a.connector.allowed(u) {", "err != nil || u.Host == \"\" {", teams, door},
		{"an activity of somebody without an account in Teams", inbound, "return u, guid.MatchString(u.ID)", `return u, u.ID != "x"`, teams, "^TestDoor_HandsOverNobodyWithoutAnEntraID$"},
		{"an account of another tenant that is read", "bot/teams/people.go", "if !a.ours(u.Team) {\n\t\tp.Refusal", "if !a.ours(u.Team) && u.ID == \"\" {\n\t\tp.Refusal", teams, "^TestChat$/^people$"},
		{"a Teams card that was copied to another chat", invoke, "event = p.key(ref, values)", "ref, _ = messageRef(x.user, \"any\", x.ReplyToID)\n\tevent = p.key(ref, values)", teams, copied},
		{"a card that was posted to somebody else", press, "if m.User != u {", "if m.User != u && m.Ref == \"\" {", bot, stories},
		{"a button's data that name another request", press, "if p.Request != m.Request {", "if p.Request == \"x\" {", bot, stories},
		{"a button's data that the bot did not write", payload, "d.DisallowUnknownFields()", "", teams, tampered},
		{"an answer that passes for a button's data", payload, "kind, field, ok := fieldOf(id)\n\t\tif !ok {", "kind, field, ok := fieldOf(id)\n\t\tif !ok && id == \"x\" {", teams, "^TestTamper_InputsAreNeverOurData$"},
		{"a refresh that is taken for a click", invoke, `if p.Do == doLook || v.Trigger == "automatic" {`, "if p.Do == doLook {", teams, "^TestRefresh_IsNeverAClick$"},
		{"a click in Teams that is delivered under another id", invoke, "event = p.key(ref, values)", "event = p.key(ref, values) + x.ID", teams, "^TestRepeat_TheSameClickIsTheSameEventHoweverItComes$"},
		{"a form that opens twice for one click", "bot/teams/once.go", "if o.shown(event) {", "if o.shown(event) && event == \"\" {", teams, "^TestOnce_AClickThatIsDeliveredTwiceOpensOneForm$"},
		{"an event that is delivered twice", "bot/service.go", "\tif known {\n", "\tif known && in.Key == \"\" {\n", bot, "^TestReplay_"},
	}
}

// teamsCalls are the checks of what the bot sends: its token, and texts of people.
func teamsCalls() []threat {
	const connector, address, element = "bot/teams/connector.go", "bot/teams/address.go", "bot/teams/element.go"
	const hosts = "^TestConnector_HostList$"
	return []threat{
		{"a service URL that gets the bot's token", connector, "if !c.allowed(req.URL) {", "if !c.allowed(req.URL) && req.Host == \"\" {", teams, "^TestConnector_TokenGoesToAllowedHostsOnly$"},
		{"the bot's token without TLS", address, `if u.Scheme != "https" || u.User != nil`, "if u.User != nil", teams, hosts},
		{"the bot's token for a host that ends like one that is allowed", address, "h[0] == '.' && len(host) > len(h) &&", "len(host) > len(h) &&", teams, hosts},
		{"the bot's token that follows a redirect", connector, "c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }", "", teams, "^TestConnector_FollowsNoRedirect$"},
		{"an id that leads to another address", address, "b.WriteString(segment(s))", "b.WriteString(s)", teams, "^TestConnector_AnIDStaysOneSegment$"},
		{"a chat with somebody of another tenant", "bot/teams/people.go", " || !a.ours(u.Team) {", " {", teams, "^TestPost_GoesOnlyToPeopleOfOurs$"},
		{"a link of another scheme on a card in Teams", element, `if u.Scheme != "https" && (u.Scheme != "http" || !here) {`, `if u.Scheme == "" && !here {`, teams, "^TestRender_OnlyWebAddressesBecomeLinks$"},
		{"markup of Teams in what people write", element, `t := object{"type": "TextRun", "text": text}`, `t := object{"type": "TextBlock", "text": text}`, teams, "^TestPost_WhatPeopleTypeStaysText$"},
		{"a person's words in the log", "bot/teams/refusal.go", `!= "" {
			w = "…"`, `== "x" {
			w = "…"`, teams, "^TestConnector_LogsWhatTheOperatorNeedsAndNoMore$"},
		{"an address of a service in an error", "bot/teams/errors.go", "\treturn fmt.Errorf(\"no answer (%T)\", err)", "\treturn err", teams, "^TestConnector_NothingSentIsClear$"},
	}
}
