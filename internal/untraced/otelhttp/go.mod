module go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp

go 1.23

require go.opentelemetry.io/otel/trace v1.35.0
