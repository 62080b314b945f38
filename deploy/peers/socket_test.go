//go:build peers

package peers_test

import (
	"testing"

	"guestsite/bot/slack/slackfake"
)

func TestBolt_IsTheAppOverSocketMode(t *testing.T) {
	s := startSlow(t, slackfake.Options{SocketMode: true})
	env := append(boltEnv(s, "socket"), "PEERS_APP_TOKEN="+s.AppToken())
	if err := node(t, env, script(t, "bolt.mjs")).Run(); err != nil {
		t.Fatalf("Slack's libraries and the fake disagree, see ✕ above: %v", err)
	}
}
