// Package otelhttp stands in for OpenTelemetry's package of that name, which
// Docker's client wraps around its requests. Nothing here collects traces, and
// the real one weighs as much as all of goplay's file modules: this one wraps
// nothing. It has what the client uses.
package otelhttp

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// Option is of no consequence.
type Option struct{}

// WithSpanNameFormatter is of no consequence.
func WithSpanNameFormatter(func(operation string, r *http.Request) string) Option { return Option{} }

// WithTracerProvider is of no consequence.
func WithTracerProvider(trace.TracerProvider) Option { return Option{} }

// NewTransport returns base.
func NewTransport(base http.RoundTripper, _ ...Option) http.RoundTripper { return base }
