package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// azState is what a stand-in for Azure's command line keeps in $AZ_STATE: the
// registrations, what was made of them, and every call.
type azState struct {
	Apps     []azApp
	Bots     map[string]azBot // by resource group and name
	Calls    []string
	Made     int // how many things were made
	NotThere int // so many lookups of a new registration still fail
}

type azApp struct {
	ID        string
	Body      entraApp
	Certs     []string // names given to certificates
	Principal bool
}

type azBot struct {
	App, Tenant, Endpoint string
	Channels              []string
}

// azFlags are the options that each command of az has, as far as scripts use
// them (Azure CLI reference). Anything else is refused.
var azFlags = map[string]string{
	"account show":            "query output",
	"cloud show":              "query output",
	"ad app list":             "filter query output",
	"ad app credential list":  "id cert query output",
	"ad app credential reset": "id append cert display-name output",
	"ad sp list":              "filter query output",
	"ad sp create":            "id output",
	"rest":                    "method url resource headers body query output",
	"group exists":            "name",
	"resource list":           "resource-group resource-type query output",
	"bot create":              "resource-group name app-type appid tenant-id endpoint output",
	"bot update":              "resource-group name endpoint output",
	"bot show":                "resource-group name query output",
	"bot msteams create":      "resource-group name output",
}

// fakeAz is the stand-in. The tests put it on the PATH as "az".
func fakeAz() {
	out, err := azRun(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		os.Exit(1)
	}
	if out != "" {
		fmt.Println(out)
	}
}

func azRun(args []string) (string, error) {
	path := filepath.Join(os.Getenv("AZ_STATE"), "az.json")
	s := azState{Bots: map[string]azBot{}}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	s.Calls = append(s.Calls, strings.Join(args, "\x00"))
	out, failed := s.answer(args)
	if text, err = json.Marshal(s); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	return out, errors.Join(failed, err)
}

func (s *azState) answer(args []string) (string, error) {
	words := 0
	for words < len(args) && !strings.HasPrefix(args[words], "--") {
		words++
	}
	name := strings.Join(args[:words], " ")
	allowed, known := azFlags[name]
	if !known {
		return "", fmt.Errorf("%q is no command", name)
	}
	o := map[string]string{}
	for i := words; i < len(args); i++ {
		flag := strings.TrimPrefix(args[i], "--")
		switch {
		case !slices.Contains(strings.Fields(allowed), flag):
			return "", fmt.Errorf("%s: unrecognized arguments: %s", name, args[i])
		case flag == "append", flag == "cert" && name == "ad app credential list":
			o[flag] = "true"
		case i+1 == len(args):
			return "", fmt.Errorf("%s: expected one argument", args[i])
		default:
			i++
			o[flag] = args[i]
		}
	}
	switch name {
	case "account show":
		return os.Getenv("AZ_TENANT"), nil
	case "cloud show":
		return os.Getenv("AZ_GRAPH"), nil
	case "ad app list":
		return s.appsNamed(o["filter"]), nil
	case "rest":
		return s.rest(o)
	case "group exists":
		return fmt.Sprint(o["name"] == "rg-bots"), nil
	case "resource list":
		var out []string
		for key := range s.Bots {
			if group, bot, _ := strings.Cut(key, "/"); group == o["resource-group"] {
				out = append(out, bot)
			}
		}
		return strings.Join(out, "\n"), nil
	}
	if strings.HasPrefix(name, "bot ") {
		return s.bot(name, o)
	}
	return s.registration(name, o)
}

// appsNamed answers a filter "displayName eq '…'".
func (s *azState) appsNamed(filter string) string {
	wanted, ok := strings.CutPrefix(filter, "displayName eq '")
	wanted = strings.ReplaceAll(strings.TrimSuffix(wanted, "'"), "''", "'")
	var out []string
	for _, a := range s.Apps {
		if ok && a.Body.DisplayName == wanted {
			out = append(out, a.ID)
		}
	}
	return strings.Join(out, "\n")
}

// rest makes a registration or changes one, from a file that Graph would take.
func (s *azState) rest(o map[string]string) (string, error) {
	text, err := os.ReadFile(strings.TrimPrefix(o["body"], "@"))
	if err != nil {
		return "", err
	}
	var body entraApp
	if err := json.Unmarshal(text, &body); err != nil || body.DisplayName == "" {
		return "", fmt.Errorf("bad request: %w", err)
	}
	base := strings.TrimSuffix(os.Getenv("AZ_GRAPH"), "/") + "/v1.0/applications"
	if o["method"] == "POST" && o["url"] == base {
		s.Made++
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.Apps)+1)
		s.Apps = append(s.Apps, azApp{ID: id, Body: body})
		return id, nil
	}
	for i, a := range s.Apps {
		if o["method"] == "PATCH" && o["url"] == base+"(appId='"+a.ID+"')" {
			s.Apps[i].Body = body
			return "", nil
		}
	}
	return "", fmt.Errorf("%s %s: not found", o["method"], o["url"])
}

func (s *azState) registration(name string, o map[string]string) (string, error) {
	id := o["id"]
	if filter, ok := o["filter"]; ok {
		id = strings.TrimSuffix(strings.TrimPrefix(filter, "appId eq '"), "'")
	}
	i := slices.IndexFunc(s.Apps, func(a azApp) bool { return a.ID == id })
	if i < 0 {
		return "", fmt.Errorf("application %s does not exist", id)
	}
	a := &s.Apps[i]
	switch name {
	case "ad app credential list":
		if s.NotThere > 0 {
			s.NotThere--
			return "", fmt.Errorf("application %s does not exist", id)
		}
		return strings.Join(a.Certs, "\tNone\n"), nil
	case "ad app credential reset":
		text, err := os.ReadFile(strings.TrimPrefix(o["cert"], "@"))
		if err != nil {
			return "", err
		}
		if !strings.Contains(string(text), "BEGIN CERTIFICATE") || strings.Contains(string(text), "PRIVATE KEY") || o["append"] == "" {
			return "", errors.New("the key would leave the machine, or other certificates be lost")
		}
		s.Made++
		a.Certs = append(a.Certs, o["display-name"])
	case "ad sp list":
		if a.Principal {
			return "sp-" + id, nil
		}
	case "ad sp create":
		if a.Principal {
			return "", errors.New("the service principal is in use")
		}
		s.Made++
		a.Principal = true
	}
	return "", nil
}

func (s *azState) bot(name string, o map[string]string) (string, error) {
	key := o["resource-group"] + "/" + o["name"]
	bot, there := s.Bots[key]
	switch {
	case name == "bot create":
		if there || o["app-type"] != "SingleTenant" {
			return "", errors.New("the bot is there, or of a type that is no longer made")
		}
		s.Made++
		bot = azBot{App: o["appid"], Tenant: o["tenant-id"], Endpoint: o["endpoint"], Channels: []string{"webchat"}}
	case !there:
		return "", errors.New("ResourceNotFound")
	case name == "bot update":
		bot.Endpoint = o["endpoint"]
	case name == "bot show":
		return strings.Join(bot.Channels, "\n"), nil
	default:
		s.Made++
		bot.Channels = append(bot.Channels, "msteams")
	}
	s.Bots[key] = bot
	return "", nil
}
