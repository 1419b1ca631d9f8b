// Package trace stands in for OpenTelemetry's package of that name; see the
// package otelhttp beside it.
package trace

// TracerProvider is what nobody provides.
type TracerProvider interface{}
