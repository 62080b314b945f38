// Package cardtest makes every card and form that the builders of package card
// can make, for tests of whatever draws or sends them: a small company, requests
// and guests in every state, and each of them as each viewer sees it.
//
// It is imported by tests only.
package cardtest
