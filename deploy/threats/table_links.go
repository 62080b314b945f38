package main

// links are the checks of linking an account by signing in.
func links() []threat {
	const sign, door, bind, acts = "bot/link_sign.go", "bot/link_door.go", "bot/link_bind.go", "bot/linked.go"
	const bot, stories = "./bot", "^TestStories$"
	const opens = "^TestLink_OnlyTheNewestWholeUnspentAndYoungOneOpens$"
	const browser = "^TestLink_EachStepNeedsTheBrowserThatBegan$"
	const who = "^TestLink_WhoMayNotBeBoundIsNot$"
	const elsewhere = "^TestLink_AForwardedLinkIsToldInEachChat$"
	const wanted = "^TestLink_WhatWaitsIsTheWordOfACommand$"
	return []threat{
		{"a link that was tampered with", sign, "if !same(code, sign(key, forLink, text)) {", `if code == "" {`, bot, opens},
		{"a link that is spent", door, "case t.Step == LinkDone:\n\t\treturn t, rev,", "case t.Step == \"x\":\n\t\treturn t, rev,", bot, opens},
		{"a link that is too old", door, "case !e.Clock.Now().Before(t.Until):", "case e.Clock.Now().IsZero():", bot, opens},
		{"a link that is begun without end", door, "case t.Starts >= mostStarts:", "case t.Starts < 0:", bot, browser},
		{"linking begun by another site's form", door, `if browser == "" || !same(proof, sign(key, forForm, browser)) {`, `if browser == "x" {`, bot, browser},
		{"linking in a browser that comes back late", door, "if err == nil && !e.Clock.Now().Before(t.Back) {", "if err == nil && e.Clock.Now().IsZero() {", bot, browser},
		{"linking with another browser's state", door, "case !same(state, s.State):", `case state == "x":`, bot, browser},
		{"linking with a sign-in that comes back twice", door, "case t.Step != LinkStarted:", "case t.Step == LinkGiven:", bot, browser},
		{"linking without coming back from the sign-in", bind, "if err == nil && t.Step != LinkReturned {", "if err == nil && t.Step == LinkGiven {", bot, browser},
		{"linking by a yes of another site's form", bind, "case !same(proof, sign(key, forForm, browser)):", `case proof == "x":`, bot, browser},
		{"linking by a yes before the question", bind, "case t.Step != LinkSignedIn && t.Step != LinkDone:", "case t.Step == LinkGiven:", bot, browser},
		{"linking somebody to an account with another's address", bind, "case somebodyElses:", "case somebodyElses && d.Guest:", bot, who},
		{"linking somebody to an account with the address of who left", bind, "his = slices.ContainsFunc(holders(people, mail)", "people = slices.DeleteFunc(people, func(p Person) bool { return !p.Enabled })\n\this = slices.ContainsFunc(holders(people, mail)", bot, who},
		{"linking somebody to an account with a guest's address", bind, "his = slices.ContainsFunc(holders(people, mail)", "people = slices.DeleteFunc(people, func(p Person) bool { return p.Guest })\n\this = slices.ContainsFunc(holders(people, mail)", bot, who},
		{"linking by an address that is another's own", "bot/identity.go", "case len(own) > 0:", "case len(own) > 1:", bot, who},
		{"linking a guest of the company", bind, "d.Guest || !d.Enabled {", "!d.Enabled {", bot, who},
		{"linking a person who is switched off", bind, "d.Guest || !d.Enabled {", "d.Guest {", bot, who},
		{"linking an account that may not act", bind, `if err != nil || p.Refusal != "" {`, "if err != nil {", bot, who},
		{"linking an account that is bound already", bind, "case l != nil:\n\t\treturn notLinked(LinkHasPerson)", "case l != nil && l.By == \"x\":\n\t\treturn notLinked(LinkHasPerson)", bot, who},
		{"linking a person who has another account", bind, "case of.Rev != 0:", "case of.Rev < 0:", bot, who},
		{"an address for a link", "bot/link.go", "if l.By == byMail && e.links(l.User.Chat) {", "if l.By == byMail && l.At.IsZero() {", bot, "^TestLink_BindingsOfTheTwoWaysAreKeptApart$"},
		{"a linked account that is known by its address", "bot/identity.go", "case l != nil && l.By == bySignIn:", `case l != nil && l.By == "x":`, bot, "^TestLink_ALinkedAccountIsReadAnewByID$"},
		{"a click of an account that was unlinked", "bot/identity.go", "case e.links(u.Chat):\n", "case e.links(u.Chat) && p.Mail == \"\":\n", bot, "^TestUnlink_AClickThatWaitsIsRefused$"},
		{"an unlinking that is undone", "bot/identity.go", "case by == bySignIn && (!signedIn || l.Who.ID != who.ID):", "case by == bySignIn && signedIn && l.Who.ID != who.ID:", bot, "^TestUnlink_IsNotUndoneByWhatRuns$"},
		{"a form for somebody who is not linked", "bot/command.go", "if must, err := e.mustLink(ctx, in.User); err != nil || must {\n\t\tif err", "if must, err := e.mustLink(ctx, in.User); err != nil && must {\n\t\tif err", bot, stories},
		{"a card for somebody who is not linked", "bot/cards_view.go", "if err == nil && (l == nil || l.Who.ID != m.To.ID) {", "if err == nil && l != nil && l.Who.ID != m.To.ID {", bot, stories},
		{"a card for whoever has the address now", "bot/cards_deliver.go", "\t\t\tif !his {\n", "\t\t\tif !his && u.ID == \"\" {\n", bot, "^TestLink_ACardGoesToNobodyElsesAccount$"},
		{"an unlinking by somebody who is no admin", "bot/unlink.go", "if !admin {", "if !admin && err != nil {", bot, "^TestUnlink_IsForAdminsAndOneself$"},
		{"a link that was passed on and not noticed", acts, "for _, u := range users {", "for _, u := range users[:0] {", bot, "^TestLink_AForwardedLinkIsNoticed$"},
		{"a link that was passed on and noticed in one chat alone", acts, "for _, c := range e.Chats {", "for _, c := range e.Chats[:1] {", bot, elsewhere},
		{"a binding that is told to its own account instead", acts, "users = slices.DeleteFunc(users, func(u ChatUser) bool { return u == w.User })\n", "", bot, elsewhere},
		{"a binding that is not told since the chat's secret ran out", "bot/giveup.go", "kind == jobElsewhere ||", "", bot, elsewhere},
		{"a guest behind the command that waits, in the store", "bot/link.go", "string(card.GoOn(w.Text))", "w.Text", bot, "^TestLink_WhatWaitedWhileItWasUnlinkedIsTheWordToo$"},
		{"a guest behind the command that waits, on its way", "bot/link.go", "work{Text: string(card.GoOn(typed))}", "work{Text: typed}", bot, wanted},
		{"a guest behind the command that waits, on a card", "bot/card/link.go", "Value: string(word), Style", "Value: wanted, Style", "./bot/card", "^TestLinked_ItsButtonCarriesNoGuest$"},
		{"a card that stays with an account that is left", "bot/moved.go", "[]Job{leave, post}", "[]Job{leave, post}[1:]", bot, "^TestLink_WhatAnAccountShowedIsTakenBackWhenAnotherIsBound$"},
		{"a card that is posted while its account is left", "bot/cards_deliver.go", "case cur.User != m.User:", "case cur.User != m.User && ok == (rev < 0):", bot, "^TestLink_ACardThatIsUnderWayFollowsToo$"},
		{"an unlinking of whoever noted the address beside his own", "bot/identity.go", "func(p Person) bool { return !p.has(mail) }", "func(p Person) bool { return false }", bot, "^TestUnlink_TakesTheAddressOfNobodyElse$"},
	}
}

// signIns are the checks of the pages and of the sign-in itself.
func signIns() []threat {
	const door, reached = "bot/link_door.go", "^TestLink_NothingIsSpentWhileTheSignInCannotBeReached$"
	const issuer, handlers, pages = "bot/signin/issuer.go", "bot/signin/handlers.go", "bot/signin/pages.go"
	const signin = "./bot/signin"
	const token = "^TestPerson_TakesNoTokenWithOnePropertyWrong$"
	const metadata = "^TestDiscover_TrustsNoMetadataWithOneThingWrong$"
	const framed = "^TestPages_AreFramedCachedAndToldNowhere$"
	const cookie = "^TestCookie_IsForThePagesAlone$"
	const asks = "^TestStart_AsksAsItShould$"
	const config = "return &oidc.Config{"
	return []threat{
		{"a sign-in's token of another issuer", issuer, config, config + "SkipIssuerCheck: true, ", signin, token},
		{"a sign-in's token for another client", issuer, config + "ClientID: i.opt.ClientID, ", config + "SkipClientIDCheck: true, ", signin, token},
		{"a sign-in's token that is old or not valid yet", issuer, config, config + "SkipExpiryCheck: true, ", signin, token},
		{"a sign-in's token that somebody else signed", issuer, config, config + "InsecureSkipSignatureCheck: true, ", signin, token},
		{"a sign-in's token for several", issuer, "case len(token.Audience) != 1:", "case len(token.Audience) < 1:", signin, token},
		{"a sign-in's token that answers another", issuer, `case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:`, `case nonce == "" && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:`, signin, token},
		{"a sign-in's token of another tenant", issuer, "case !strings.EqualFold(claims.TenantID, i.opt.TenantID):", `case claims.TenantID == "x":`, signin, token},
		{"a sign-in's token that names nobody", issuer, "case !guid.MatchString(claims.ObjectID):", `case claims.ObjectID == "x":`, signin, token},
		{"a sign-in's token of another algorithm", issuer, "[]string{oidc.RS256}", "[]string{oidc.RS256, oidc.PS256}", signin, token},
		{"a sign-in's token endpoint without TLS", issuer, "!isHTTPS(e.TokenURL) ||", "", signin, metadata},
		{"a sign-in's keys without TLS", issuer, "|| !isHTTPS(more.Keys)", "", signin, metadata},
		{"a link that an outage of the sign-in uses up", door, "if err := ready(ctx); err != nil {\n\t\t\treturn err\n\t\t}\n\t\tt.Step, t.Browser,", "_ = ready(ctx)\n\t\tt.Step, t.Browser,", "./bot", reached},
		{"a sign-in that an outage uses up on its way back", door, "if err := ready(ctx); err != nil {\n\t\t\treturn err\n\t\t}\n\t\tt.Step = LinkReturned", "_ = ready(ctx)\n\t\tt.Step = LinkReturned", "./bot", reached},
		{"a step of a link while the sign-in cannot be reached", handlers, "_, err := l.pages.issuer.discover(ctx)\n\treturn err", "return nil", signin, "^TestPages_TakeNoStepWhileTheSignInCannotBeReached$"},
		{"a code that follows a redirect", issuer, "return http.ErrUseLastResponse", "return nil", signin, "^TestRedeem_SendsTheCodeToOneHostAndRepeatsNothing$"},
		{"a sign-in without a nonce", issuer, "oidc.Nonce(s.Nonce), ", "", signin, asks},
		{"a sign-in without PKCE", issuer, "oauth2.S256ChallengeOption(s.Verifier),", "", signin, asks},
		{"a call to the login host without a good link", handlers, "\tif err != nil {\n\t\tp.fault(w, r, v, err)\n\t\treturn\n\t}\n\tto, err := p.issuer", "\tto, err := p.issuer", signin, "^TestPages_ACallerWithoutAGoodLinkCausesNoCall$"},
		{"too many calls to the login host at once", "bot/signin/signin.go", "make(chan struct{}, mostCalls)", "make(chan struct{}, 2*mostCalls)", signin, "^TestStart_WithTooManyOnTheirWayIsToldToWait$"},
		{"a cookie that script reads", handlers, "HttpOnly: true, ", "", signin, cookie},
		{"a cookie without TLS", handlers, "Secure: p.secure, ", "", signin, cookie},
		{"a cookie that another site's form brings", handlers, "SameSite: http.SameSiteLaxMode,", "", signin, cookie},
		{"a sign-in with a cookie that was planted", handlers, "p.setCookie(w, next)", "_ = next", signin, "^TestStart_ChangesTheCookie$"},
		{"a page in a frame", pages, "; frame-ancestors 'none'", "", signin, framed},
		{"a page in a frame of an old browser", pages, `h.Set("X-Frame-Options", "DENY")`, "", signin, framed},
		{"a link that a page tells to others", pages, `h.Set("Referrer-Policy", "no-referrer")`, "", signin, framed},
		{"a page in a cache", pages, `h.Set("Cache-Control", "no-store")`, "", signin, framed},
	}
}
