// Package graph reads and changes a Microsoft 365 tenant: it implements the
// ports Directory, Tenant, Sites and Installer of package bot over Microsoft
// Graph and, for the sharing level of a site, over SharePoint's own
// administration endpoint, which Graph does not have. Tokens gives access tokens
// for other APIs that the same login host guards, such as the Bot Connector.
//
// It reads and reports; package bot/readiness judges. Nothing is ever sent
// twice in the hope that it works the second time: errors say whether trying
// again can help and whether the effect may have happened, and the caller
// decides. Every write looks before it makes, so that repeating one is safe.
//
// Of the vendor's SDK only the models and the error types are compiled in.
// Requests are built from the table in operations.go and sent by kiota's own
// adapter: the SDK's request builders for groups and users alone are 320,000
// lines, and they would hide which operations the program can make. A $batch is
// decoded here as well (batch.go): the SDK's drops numbers and gives up the
// whole batch when one answer is no JSON object.
package graph
