package dev.theca.broker.meter;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.meter.Family;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * OTLP messages in their JSON form (OpenTelemetry protocol 1.x, "JSON Protobuf Encoding"): names in
 * lowerCamelCase, 64-bit integers as strings, ids in hex, enums as numbers.
 */
final class OtlpJson {
  private static final int CUMULATIVE = 2;
  private static final int SPAN_KIND_INTERNAL = 1;
  private static final int SPAN_KIND_SERVER = 2;
  private static final int STATUS_ERROR = 2;

  private OtlpJson() {}

  static JsonObject metrics(List<Family> families, long begun, long now) {
    var metrics = families.stream().<JsonValue>map(f -> metric(f, begun, now)).toList();
    return wrapped("resourceMetrics", "scopeMetrics", "metrics", metrics);
  }

  static JsonObject spans(List<Span> spans) {
    return wrapped(
        "resourceSpans",
        "scopeSpans",
        "spans",
        spans.stream().<JsonValue>map(OtlpJson::span).toList());
  }

  private static JsonObject wrapped(
      String outer, String middle, String inner, List<JsonValue> items) {
    var resource = object("attributes", JsonArray.of(attribute("service.name", "theca-broker")));
    var scope =
        JsonObject.builder()
            .put("scope", object("name", new JsonString("dev.theca.broker")))
            .put(inner, new JsonArray(items))
            .build();
    return object(
        outer,
        JsonArray.of(
            JsonObject.builder()
                .put("resource", resource)
                .put(middle, JsonArray.of(scope))
                .build()));
  }

  private static JsonObject object(String name, JsonValue value) {
    return JsonObject.builder().put(name, value).build();
  }

  private static JsonObject attribute(String key, String value) {
    return JsonObject.builder()
        .put("key", key)
        .put("value", object("stringValue", new JsonString(value)))
        .build();
  }

  private static JsonArray attributes(Map<String, String> labels) {
    return new JsonArray(
        labels.entrySet().stream()
            .<JsonValue>map(e -> attribute(e.getKey(), e.getValue()))
            .toList());
  }

  private static JsonObject metric(Family family, long begun, long now) {
    var points =
        new JsonArray(
            family.points().stream().<JsonValue>map(point -> point(point, begun, now)).toList());
    var metric = JsonObject.builder().put("name", family.name()).put("description", family.help());
    return switch (family.type()) {
      case GAUGE -> metric.put("gauge", object("dataPoints", points)).build();
      case COUNTER ->
          metric
              .put(
                  "sum",
                  JsonObject.builder()
                      .put("dataPoints", points)
                      .put("aggregationTemporality", CUMULATIVE)
                      .put("isMonotonic", true)
                      .build())
              .build();
      case HISTOGRAM ->
          metric
              .put(
                  "histogram",
                  JsonObject.builder()
                      .put("dataPoints", points)
                      .put("aggregationTemporality", CUMULATIVE)
                      .build())
              .build();
    };
  }

  private static JsonObject point(Family.Point point, long begun, long now) {
    var json =
        JsonObject.builder()
            .put("attributes", attributes(point.labels()))
            .put("startTimeUnixNano", Long.toString(begun))
            .put("timeUnixNano", Long.toString(now));
    return switch (point) {
      case Family.Point.Number(_, double value) -> json.put("asDouble", number(value)).build();
      case Family.Point.Distribution distribution ->
          json.put("count", Long.toString(distribution.count()))
              .put("sum", number(distribution.sum()))
              .put(
                  "bucketCounts",
                  JsonArray.strings(
                      distribution.counts().stream().map(count -> Long.toString(count)).toList()))
              .put(
                  "explicitBounds",
                  new JsonArray(
                      distribution.bounds().stream().<JsonValue>map(OtlpJson::number).toList()))
              .build();
    };
  }

  private static JsonValue number(double value) {
    return Double.isFinite(value)
        ? new JsonNumber(BigDecimal.valueOf(value).toPlainString())
        : new JsonString(Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
  }

  private static JsonObject span(Span span) {
    var json =
        JsonObject.builder()
            .put("traceId", span.traceId())
            .put("spanId", span.spanId())
            .put("name", span.name())
            .put("kind", span.root() ? SPAN_KIND_SERVER : SPAN_KIND_INTERNAL)
            .put("startTimeUnixNano", Long.toString(span.begun()))
            .put("endTimeUnixNano", Long.toString(span.ended()));
    if (!span.parentId().isEmpty()) json.put("parentSpanId", span.parentId());
    if (span.failed()) json.put("status", object("code", JsonNumber.of(STATUS_ERROR)));
    return json.build();
  }
}
