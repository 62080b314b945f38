package graphfake

import (
	"errors"
	"fmt"
	"slices"
)

// defaultScope ends a scope that means all an application was given.
const defaultScope = "/.default"

// BotScope is the Bot Connector's scope in the public cloud, "Bot Connector authentication".
const BotScope = "https://api.botframework.com/.default"

// ErrBotToken says that the Bot Connector would not take a token.
var ErrBotToken = errors.New("the bot's token is refused")

// CheckBotToken is what the Bot Connector checks of an access token (without "Bearer "): that this login host signed it,
// that its time has not passed, and that it was issued for the connector to an application with such a scope. The error
// says what is wrong.
func (s *Server) CheckBotToken(raw string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	claims, app, problem := s.verify(raw)
	switch {
	case problem != "":
		return fmt.Errorf("%w: %s", ErrBotToken, problem)
	case len(app.BotScopes) == 0:
		return fmt.Errorf("%w: application %s is not registered as a bot", ErrBotToken, app.ClientID)
	case len(claims.Audience) != 1 || !slices.Contains(app.BotScopes, claims.Audience[0]+defaultScope):
		return fmt.Errorf("%w: it is for %s and not for the Bot Connector", ErrBotToken, claims.Audience)
	}
	return nil
}
