package slackfake

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxPostText   = 40_000 // chat.postMessage truncates above
	maxUpdateText = 4_000  // chat.update refuses above
	// maxMetadata is this fake's choice: Slack refuses with metadata_too_large
	// but publishes no size.
	maxMetadata = 8_000
)

var tsPattern = regexp.MustCompile(`^\d{10}\.\d{6}$`)

// content is what a message shows, as sent in a call.
type content struct {
	text        string
	blocks      []any
	attachments []any
	metadata    obj
	hasText, hasBlocks, hasAttachments,
	hasMetadata bool
	warnings []string
}

// readContent decodes and checks text, blocks, attachments and metadata.
func (s *Server) readContent(a args) (content, error) {
	c := content{
		text: a.str("text"), hasText: a.has("text"),
		hasBlocks: a.has("blocks"), hasAttachments: a.has("attachments"), hasMetadata: a.has("metadata"),
	}
	if a.has("markdown_text") {
		if c.hasText || c.hasBlocks {
			return c, fail("markdown_text_conflict")
		}
		c.text, c.hasText = a.str("markdown_text"), true
	}
	var err error
	if c.blocks, err = listArg(a, "blocks", "invalid_blocks_format"); err != nil {
		return c, err
	}
	if c.attachments, err = listArg(a, "attachments", "invalid_attachments"); err != nil {
		return c, err
	}
	k := newChecker(surfaceMessage, s.opts.RefuseBlocks)
	k.blocks("/blocks", c.blocks)
	k.attachments("/attachments", c.attachments)
	if len(k.problems) > 0 {
		return c, fail("invalid_blocks", k.problems...)
	}
	fillIDs(c.blocks)
	for _, a := range c.attachments {
		if list, ok := a.(obj)["blocks"].([]any); ok {
			fillIDs(list)
		}
	}
	if c.hasMetadata {
		c.metadata, err = readMetadata(a)
	}
	return c, err
}

func listArg(a args, key, code string) ([]any, error) {
	v, err := a.json(key)
	if err != nil {
		return nil, fail(code)
	}
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fail(code)
	}
	return list, nil
}

func readMetadata(a args) (obj, error) {
	v, err := a.json("metadata")
	if err != nil {
		return nil, fail("invalid_metadata_format")
	}
	m, ok := v.(obj)
	if !ok {
		return nil, fail("invalid_metadata_format")
	}
	if len(m) == 0 {
		return nil, nil
	}
	name, _ := m["event_type"].(string)
	payload, isObj := m["event_payload"].(obj)
	if name == "" || !isObj || len(m) != 2 {
		return nil, fail("invalid_metadata_schema")
	}
	if len(mustJSON(payload)) > maxMetadata {
		return nil, fail("metadata_too_large")
	}
	return m, nil
}

func (c content) empty() bool {
	return c.text == "" && len(c.blocks) == 0 && len(c.attachments) == 0
}

// target finds where a post goes; a user id opens the DM.
func (s *Server) target(a args) (*conversation, error) {
	id := a.str("channel")
	if id == "" {
		return nil, missingArg("channel")
	}
	if u, ok := s.users[id]; ok {
		return s.dmTarget(u)
	}
	for _, c := range s.convs {
		if c.id != id && (c.name == "" || "#"+c.name != id) {
			continue
		}
		if c.kind == kindIM {
			return s.dmTarget(s.users[c.members[0]])
		}
		if !c.appIn {
			return nil, fail("not_in_channel")
		}
		return c, nil
	}
	return nil, fail("channel_not_found")
}

func (s *Server) dmTarget(u *User) (*conversation, error) {
	switch {
	case u == nil, u.Deleted, u.IsStranger:
		return nil, fail("channel_not_found")
	case u.IsBot, u.ID == "USLACKBOT":
		return nil, fail("cannot_dm_bot")
	case u.CannotDM != "":
		return nil, fail(u.CannotDM)
	}
	return s.dmLocked(u.ID), nil
}

func (s *Server) chatPostMessage(a args) (obj, error) {
	conv, err := s.target(a)
	if err != nil {
		return nil, err
	}
	c, err := s.readContent(a)
	if err != nil {
		return nil, err
	}
	if c.empty() {
		return nil, fail("no_text")
	}
	if utf8.RuneCountInString(c.text) > maxPostText {
		c.text = string([]rune(c.text)[:maxPostText])
		c.warnings = append(c.warnings, "message_truncated")
	}
	thread := a.str("thread_ts")
	if thread != "" && !tsPattern.MatchString(thread) {
		return nil, fail("invalid_thread_ts")
	}
	m := s.post(conv, s.opts.BotUserID, "", c)
	m.threadTS = thread
	answer := obj{"channel": conv.id, "ts": m.ts, "message": s.messageJSON(m, true)}
	if len(c.warnings) > 0 {
		answer["response_metadata"] = obj{"warnings": c.warnings}
	}
	return answer, nil
}

// post stores a message; a non-empty only makes it ephemeral for that person.
func (s *Server) post(conv *conversation, author, only string, c content) *message {
	m := &message{
		ts: s.nextTS(), author: author, text: c.text, blocks: c.blocks,
		attachments: c.attachments, metadata: c.metadata, ephemeralTo: only,
	}
	conv.msgs = append(conv.msgs, m)
	s.changedLocked()
	return m
}

func (s *Server) chatPostEphemeral(a args) (obj, error) {
	if s.users[a.str("channel")] != nil {
		return nil, fail("channel_not_found") // unlike chat.postMessage, no DM is opened
	}
	conv, err := s.target(a)
	if err != nil {
		return nil, err
	}
	user := a.str("user")
	if user == "" {
		return nil, missingArg("user")
	}
	if !conv.has(user) || s.users[user] == nil || s.users[user].Deleted {
		return nil, fail("user_not_in_channel")
	}
	c, err := s.readContent(a)
	if err != nil {
		return nil, err
	}
	if c.empty() {
		return nil, fail("no_text")
	}
	return obj{"message_ts": s.post(conv, s.opts.BotUserID, user, c).ts}, nil
}

// own finds one of the app's own messages for chat.update and chat.delete.
func (s *Server) own(a args, refusal string) (*conversation, *message, error) {
	id, ts := a.str("channel"), a.str("ts")
	if id == "" {
		return nil, nil, missingArg("channel")
	}
	if ts == "" {
		return nil, nil, missingArg("ts")
	}
	conv := s.convs[id] // a user id is not enough here
	if conv == nil {
		return nil, nil, fail("channel_not_found")
	}
	m := conv.find(ts)
	if m == nil {
		return nil, nil, fail("message_not_found")
	}
	if m.author != s.opts.BotUserID {
		return nil, nil, fail(refusal)
	}
	return conv, m, nil
}

func (s *Server) chatUpdate(a args) (obj, error) {
	conv, m, err := s.own(a, "cant_update_message")
	if err != nil {
		return nil, err
	}
	c, err := s.readContent(a)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.text) > maxUpdateText {
		return nil, fail("msg_too_long")
	}
	if !c.hasText && !c.hasBlocks && !c.hasAttachments {
		return nil, fail("no_text")
	}
	if err := s.apply(m, c); err != nil {
		return nil, err
	}
	return obj{"channel": conv.id, "ts": m.ts, "text": m.text, "message": s.updatedJSON(m)}, nil
}

// apply edits a message in place. Blocks stay only when neither blocks nor
// text was sent; attachments and metadata stay unless sent.
func (s *Server) apply(m *message, c content) error {
	next := *m
	if c.hasText || c.hasBlocks {
		next.text, next.blocks = c.text, c.blocks
		if !c.hasText {
			next.text = m.text
		}
	}
	if c.hasAttachments {
		next.attachments = c.attachments
	}
	if c.hasMetadata {
		next.metadata = c.metadata
	}
	if next.text == "" && len(next.blocks) == 0 && len(next.attachments) == 0 {
		return fail("no_text")
	}
	if richTextReplaced(m.blocks, next.blocks) {
		return fail("block_mismatch")
	}
	next.earlier = append(m.earlier, Version{Text: m.text, Blocks: rawList(m.blocks)})
	next.editedTS = s.nextTS()
	*m = next
	s.changedLocked()
	return nil
}

// richTextReplaced tells whether a rich_text block gives way to another kind:
// the same block_id with another type, or blocks with no rich_text left at all.
func richTextReplaced(before, after []any) bool {
	if len(after) == 0 {
		return false
	}
	kinds := map[string]string{}
	left := false
	for _, b := range after {
		kind := str(b, "type")
		kinds[str(b, "block_id")] = kind
		left = left || kind == "rich_text"
	}
	had := false
	for _, b := range before {
		if str(b, "type") != "rich_text" {
			continue
		}
		had = true
		if kind, ok := kinds[str(b, "block_id")]; ok && kind != "rich_text" {
			return true
		}
	}
	return had && !left
}

func (s *Server) chatDelete(a args) (obj, error) {
	conv, m, err := s.own(a, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	m.deleted = true
	s.changedLocked()
	return obj{"channel": conv.id, "ts": m.ts}, nil
}

func (s *Server) chatGetPermalink(a args) (obj, error) {
	conv := s.convs[a.str("channel")]
	if conv == nil {
		return nil, fail("channel_not_found")
	}
	m := conv.find(a.str("message_ts"))
	if m == nil {
		return nil, fail("message_not_found")
	}
	return obj{"channel": conv.id, "permalink": fmt.Sprintf("https://%s.slack.com/archives/%s/p%s",
		s.opts.TeamDomain, conv.id, strings.ReplaceAll(m.ts, ".", ""))}, nil
}

// messageJSON is a message as the API shows it; metadata is cut to its
// event_type unless all of it is asked for.
func (s *Server) messageJSON(m *message, allMetadata bool) obj {
	o := obj{"type": "message", "user": m.author, "text": m.text, "ts": m.ts, "team": s.opts.TeamID}
	if m.author == s.opts.BotUserID {
		o["bot_id"], o["app_id"] = s.opts.BotID, s.opts.AppID
	}
	if m.threadTS != "" {
		o["thread_ts"] = m.threadTS
	}
	if len(m.blocks) > 0 {
		o["blocks"] = deepCopy(m.blocks)
	}
	if len(m.attachments) > 0 {
		o["attachments"] = deepCopy(m.attachments)
	}
	if m.editedTS != "" && len(m.blocks) == 0 {
		o["edited"] = obj{"user": m.author, "ts": m.editedTS}
	}
	if m.metadata != nil {
		o["metadata"] = obj{"event_type": m.metadata["event_type"]}
		if allMetadata {
			o["metadata"] = deepCopy(m.metadata)
		}
	}
	return o
}

// updatedJSON is messageJSON in the slightly smaller form of chat.update.
func (s *Server) updatedJSON(m *message) obj {
	o := s.messageJSON(m, true)
	delete(o, "ts")
	delete(o, "thread_ts")
	delete(o, "attachments")
	return o
}

func str(v any, key string) string {
	o, _ := v.(obj)
	t, _ := o[key].(string)
	return t
}
