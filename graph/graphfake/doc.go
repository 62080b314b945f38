// Package graphfake is a Microsoft 365 tenant made of memory: a login host, Microsoft Graph, SharePoint and the
// SharePoint admin host, each a real HTTPS server on loopback, with state behind them.
//
// It refuses what the vendor refuses, with the vendor's error bodies: tokens are signed and checked, application
// permissions are enforced for each endpoint, new objects appear late, batches are limited, and settings of the tenant
// decide what is allowed. It is used by tests and by the demo; it imports no vendor SDK and nothing of this program, so
// that a misunderstanding cannot be shared by both sides.
//
// Start makes a tenant; Add… methods and SeedDemo fill it; Set flips a named misconfiguration; Inject adds a fault;
// State, Wire and Writes tell what happened. People sign in by code flow at the login host or at SignInPage; Forge spoils
// one thing in it, RotateKeys changes the key, Asked tells what clients asked. Everything is safe for concurrent use.
package graphfake
