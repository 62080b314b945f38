package card

// The keys of the catalogue that builders name. Families whose last part comes
// from a record, such as "guest.<state>" or "finding.<code>", are made where they
// are used.

// Words.
const (
	keyAnd         Key = "word.and"
	keyOr          Key = "word.or"
	keyYou         Key = "word.you"
	keyIT          Key = "word.it"
	keyITNames     Key = "word.it_names"
	keyPrivate     Key = "word.private_site"
	keyPublic      Key = "word.public_site"
	keyBecause     Key = "word.because"
	keySentence    Key = "word.sentence"
	keySomebody    Key = "word.somebody"
	keyReasonPlain Key = "word.reason_plain"
	keyMinutes     Key = "word.minutes"
	keyHours       Key = "word.hours"
	keyDays        Key = "word.days"
)

// The headline of a request.
const (
	headNew             Key = "head.new"
	headDraft           Key = "head.draft"
	headDraftGone       Key = "head.draft_gone"
	headDropped         Key = "head.dropped"
	headStopped         Key = "head.stopped"
	headChecking        Key = "head.checking"
	headWaiting         Key = "head.waiting"
	headWaitingAny      Key = "head.waiting_any"
	headQuestion        Key = "head.question"
	headParked          Key = "head.parked"
	headCreating        Key = "head.creating"
	headAdding          Key = "head.adding"
	headSettling        Key = "head.settling"
	headSiteReady       Key = "head.site_ready"
	headInvited         Key = "head.invited"
	headIn              Key = "head.in"
	headEnded           Key = "head.ended"
	headPartly          Key = "head.partly"
	headSiteOnly        Key = "head.site_only"
	headDeclined        Key = "head.declined"
	headDeclinedWhy     Key = "head.declined_why"
	headDeclinedPlain   Key = "head.declined_plain"
	headSiteDeclined    Key = "head.site_declined"
	headSiteDeclinedWhy Key = "head.site_declined_why"
	headExpired         Key = "head.expired"
	headWithdrawing     Key = "head.withdrawing"
	headWithdrawn       Key = "head.withdrawn"
	headFailed          Key = "head.failed"
)

// The steps of the timeline and where they stand.
const (
	keyStepRules    Key = "step.rules"
	keyStepAgreed   Key = "step.agreed"
	keyStepSite     Key = "step.site"
	keyStepOwner    Key = "step.decision"
	keyStepInvited  Key = "step.invited"
	keyStepAccepted Key = "step.accepted"
	keyMarkSome     Key = "mark.some"
)

// The requester's card.
const (
	keyStatusNew     Key = "status.new_site"
	keyStatusOld     Key = "status.old_site"
	keyMoreGuests    Key = "status.more_guests"
	keyShowAll       Key = "status.show_all"
	keyAskedAbout    Key = "status.asked_about"
	keyAnswered      Key = "status.answered"
	keyWhyFailed     Key = "status.why_failed"
	keyUnreached     Key = "status.unreached"
	keyNobodyReached Key = "status.nobody_reached"
	keyOpenSite      Key = "status.open_site"
	keyContinue      Key = "status.continue"
	keyDrop          Key = "status.drop"
	keyKeep          Key = "status.keep"
	keyDropTitle     Key = "status.drop_title"
	keyDropText      Key = "status.drop_text"
	keyWithdraw      Key = "status.withdraw"
	keyWithdrawTitle Key = "status.withdraw_title"
	keyWithdrawText  Key = "status.withdraw_text"
	keyBack          Key = "status.back"
	keyAskAgain      Key = "status.ask_again"
	keyAnswer        Key = "status.answer"
	keyAnswerSpoken  Key = "status.answer_spoken"
	keyTextFor       Key = "status.text_for"
	keyLinkFor       Key = "status.link_for"
	keyUnlinkedTitle Key = "status.unlinked_title"
	keyUnlinkedText  Key = "status.unlinked_text"
	keyLinkAccount   Key = "status.link_account"
)

// That all changes are paused.
const (
	keyStandstill    Key = "standstill.plain"
	keyStandstillWhy Key = "standstill.why"
)

// Where a guest stands.
const (
	keyGuestWaitsFor    Key = "guest.waits_for"
	keyGuestWaits       Key = "guest.waits"
	keyGuestAsked       Key = "guest.asked"
	keyGuestParked      Key = "guest.parked_why"
	keyGuestInvited     Key = "guest.invited"
	keyGuestIn          Key = "guest.accepted"
	keyGuestEnding      Key = "guest.ending"
	keyGuestDeclined    Key = "guest.declined_by"
	keyGuestSiteStopped Key = "guest.declined"
	keyGuestFailed      Key = "guest.failed_why"
	keyGuestEnded       Key = "guest.ended"
)

// The decision card.
const (
	keyAskOwner          Key = "decide.title"
	keyAskApprover       Key = "decide.title_approver"
	keyDecidedAll        Key = "decide.title_done"
	keyCounts            Key = "decide.counts"
	keyCountClean        Key = "decide.count_clean"
	keyFlagCountPlain    Key = "decide.count_plain"
	keyAddAll            Key = "decide.add_all"
	keyNewHere           Key = "decide.new_here"
	keyKnownHere         Key = "decide.known_here"
	keyGuestFor          Key = "decide.guest_for"
	keyUntilLine         Key = "decide.until_line"
	keyRecordDone        Key = "decide.record_done"
	keyOutPlain          Key = "decide.out_plain"
	keyAccessUntil       Key = "decide.until"
	keyFlag              Key = "decide.flag"
	keyFlagPlain         Key = "decide.flag_plain"
	keyAgreedBefore      Key = "decide.agreed_before"
	keyReceived          Key = "decide.received"
	keyWhyFrom           Key = "decide.why"
	keyTheySee           Key = "decide.they_see"
	keyAdd               Key = "decide.add"
	keyInvite            Key = "decide.invite"
	keyAddSpoken         Key = "decide.add_spoken"
	keyAddTitle          Key = "decide.add_title"
	keyAddText           Key = "decide.add_text"
	keyDecline           Key = "decide.decline"
	keyDeclineSpoken     Key = "decide.decline_spoken"
	keyDeclineSiteSpoken Key = "decide.decline_site_spoken"
	keyAsk               Key = "decide.ask"
	keyAskSpoken         Key = "decide.ask_spoken"
	keyMoreToDecide      Key = "decide.more"
	keyRulesPassed       Key = "decide.rules"
	keyDecideBefore      Key = "decide.before"
	keyPaused            Key = "decide.paused"
	keyOthersToo         Key = "decide.others"
	keyWhyOwner          Key = "decide.why_owner"
	keyWhyNewOwner       Key = "decide.why_new_owner"
	keyWhyApprover       Key = "decide.why_approver"
	keyRecord            Key = "decide.record"
	keyOutAdded          Key = "decide.out_added"
	keyOutApproved       Key = "decide.out_approved"
	keyOutDeclined       Key = "decide.out_declined"
	keyOutFailed         Key = "decide.out_failed"
	keyOutWithdrawn      Key = "decide.out_withdrawn"
	keyOutExpired        Key = "decide.out_expired"
)

// The decision card of a site.
const (
	keyAskSite         Key = "site.title"
	keyPurposeFrom     Key = "site.purpose"
	keySiteOwners      Key = "site.owners"
	keySitePrivate     Key = "site.private_line"
	keySitePublic      Key = "site.public_line"
	keySiteLevel       Key = "site.level"
	keySiteMembers     Key = "site.members"
	keySiteGuests      Key = "site.guests"
	keySiteGuestsDays  Key = "site.guests_days"
	keyMoreNames       Key = "site.more_names"
	keyMakeSite        Key = "site.make"
	keyMakeSiteSpoken  Key = "site.make_spoken"
	keyWhySiteOwner    Key = "site.why_owner"
	keyWhySiteCoOwner  Key = "site.why_co_owner"
	keyWhySiteApprover Key = "site.why_approver"
	keyGuestsApart     Key = "site.guests_apart"
	keyOutSiteAgreed   Key = "site.out_agreed"
	keyOutSiteDeclined Key = "site.out_declined"
	keyOutSiteOpen     Key = "site.out_open"
)

// An admin's card.
const (
	keyAdminTitle    Key = "admin.title"
	keyAdminDone     Key = "admin.title_done"
	keyAdminGoesOn   Key = "admin.goes_on"
	keyAdminNothing  Key = "admin.nothing"
	keyAdminWaiting  Key = "admin.waiting"
	keyTheSite       Key = "admin.the_site"
	keyAdminHolds    Key = "admin.holds"
	keyAdminWhy      Key = "admin.why"
	keyAdminWanted   Key = "admin.wanted"
	keyAdminMore     Key = "admin.more"
	keyAdminEmployee Key = "admin.employee"
	keyAdminLooks    Key = "admin.looks"
	keyAdminCloses   Key = "admin.closes"
	keyConfirm       Key = "admin.confirm"
	keyConfirmTitle  Key = "admin.confirm_title"
	keyConfirmWanted Key = "admin.confirm_wanted"
	keyConfirmText   Key = "admin.confirm_text"
	keyRecheck       Key = "admin.recheck"
	keyOpenSettings  Key = "admin.open_settings"
	keyAlso          Key = "admin.also"
	keyAlsoNothing   Key = "admin.also_nothing"
	keyParkedPlain   Key = "parked.plain"
)

// Why.
const (
	keyWhyTitle     Key = "why.title"
	keyWhyTitleSite Key = "why.title_site"
	keyWhatIf       Key = "why.what_if"
	keyDecidedBy    Key = "why.decided_by"
	keyEvidence     Key = "why.evidence"
	keyEvidenceBare Key = "why.evidence_bare"
	keyWanted       Key = "why.wanted"
	keyRead         Key = "why.read"
	keyReadShort    Key = "why.read_short"
	keyByHand       Key = "why.by_hand"
	keyAllLayers    Key = "why.layers"
	keyLayer        Key = "why.layer"
	keyLayerSilent  Key = "why.layer_silent"
	keyFindingFine  Key = "why.fine"
	keyFix          Key = "why.fix"
	keyRole         Key = "why.role"
	keySettles      Key = "why.settles"
	keyFixNothing   Key = "why.fix_nothing"
	keyTell         Key = "why.tell"
	keyWhyHelp      Key = "why.help"
	keyNobodyWaits  Key = "why.nobody_waits"
	keyWaits        Key = "why.waits"
	keyWaitsLine    Key = "why.waits_line"
	keyGoesOnAlone  Key = "why.goes_on"
	keyUnseen       Key = "why.unseen"
)

// The company's readiness.
const (
	keyCheckTitle        Key = "check.title"
	keyCheckFine         Key = "check.fine"
	keyCheckNobody       Key = "check.nobody"
	keyCheckOnlyKnown    Key = "check.only_known"
	keyCheckUnread       Key = "check.unread"
	keyCheckRead         Key = "check.read"
	keyCheckAsk          Key = "check.ask"
	keyCheckNothingStops Key = "check.nothing_stops"
	keyCheckNothingRead  Key = "check.nothing_read"
	keyCheckStops        Key = "check.stops"
	keyCheckEvery        Key = "check.every"
	keyCheckNew          Key = "check.new_guests"
	keyCheckChoices      Key = "check.choices"
	keyCheckNotRead      Key = "check.not_read"
	keyTodoMore          Key = "check.todo_more"
	keyTodo              Key = "check.todo"
)

// Lists.
const (
	keyMineTitle      Key = "list.mine"
	keyMineNone       Key = "list.mine_none"
	keyCancelTitle    Key = "list.cancel"
	keyCancelNone     Key = "list.cancel_none"
	keyListLine       Key = "list.line"
	keyShow           Key = "list.show"
	keyShowDecide     Key = "list.decide"
	keyMoreRequests   Key = "list.more"
	keyStart          Key = "list.start"
	keyInboxTitle     Key = "list.inbox"
	keyInboxEmpty     Key = "list.inbox_empty"
	keyInboxNone      Key = "list.inbox_none"
	keyInboxGuests    Key = "list.inbox_guests"
	keyInboxSite      Key = "list.inbox_site"
	keyInboxSilence   Key = "list.inbox_silence"
	keyInboxUntil     Key = "list.inbox_until"
	keyExtendTitle    Key = "list.extend"
	keyExtendNone     Key = "list.extend_none"
	keyExtendCounts   Key = "list.extend_counts"
	keyEndingGuest    Key = "list.ending_guest"
	keyExtendLine     Key = "list.extend_line"
	keyKeepDays       Key = "list.keep_days"
	keyKeepSpoken     Key = "list.keep_spoken"
	keyLetEnd         Key = "list.let_end"
	keyEndingOne      Key = "list.ending_one"
	keyEndingTitle    Key = "list.ending"
	keyEndingSilence  Key = "list.ending_silence"
	keyEndingOwner    Key = "list.ending_owner"
	keyWhichTitle     Key = "list.which"
	keyWhichText      Key = "list.which_text"
	keyWhichMore      Key = "list.which_more"
	keyWhichNoneTitle Key = "list.which_none_title"
	keyWhichNone      Key = "list.which_none"
)

// The text for a guest.
const (
	keyHandoverTitle Key = "handover.title"
	keyHandoverIntro Key = "handover.intro"
	keyHandoverText  Key = "handover.text"
	keyHandoverLink  Key = "handover.text_link"
	keyHandoverOnce  Key = "handover.once"
)

// Help.
const (
	keyHelpTitle      Key = "help.title"
	keyHelpText       Key = "help.text"
	keyHelpWho        Key = "help.who"
	keyUnknownCommand Key = "help.unknown"
	keyUnknownHelp    Key = "help.unknown_help"
	keyUnknownText    Key = "help.unknown_text"
	keyLanguageTitle  Key = "language.title"
	keyLanguageSet    Key = "language.set"
	keyLanguageWhich  Key = "language.which"
)

// Private lines.
const (
	keyWhisperPlain Key = "whisper.plain"
	keySorryPlain   Key = "sorry.internal"
	keySorryHelp    Key = "sorry.help"
)

// Why something waits or failed, for everybody but admins; where no single rule decides.
const (
	keyEmployeeIT Key = "employee.it"
)
