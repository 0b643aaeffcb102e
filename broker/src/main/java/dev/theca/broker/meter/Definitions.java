package dev.theca.broker.meter;

import dev.theca.wire.meter.Definition;
import dev.theca.wire.meter.Family;
import java.util.List;

/** What the broker counts. */
final class Definitions {
  private static final List<Double> BYTES = List.of(32.0, 128.0, 512.0, 2048.0, 8192.0);

  /** The names that users of the KBS know (kbs_...), and ours (theca_broker_...). */
  static final List<Definition> ALL =
      List.of(
          Definition.counter("kbs_http_requests_total", "Requests below /kbs"),
          new Definition(
              "kbs_http_request_duration_seconds",
              Family.Type.HISTOGRAM,
              "Time from the end of the header to the answer",
              List.of(0.0005, 0.001, 0.005, 0.01, 0.05, 0.5, 1.0)),
          new Definition(
              "kbs_http_request_size_bytes", Family.Type.HISTOGRAM, "Bodies of requests", BYTES),
          new Definition(
              "kbs_http_response_size_bytes", Family.Type.HISTOGRAM, "Bodies of answers", BYTES),
          Definition.counter("kbs_resource_reads_total", "Resources that were released"),
          Definition.counter("kbs_resource_writes_total", "Resources that were written"),
          Definition.counter("kbs_resource_deletes_total", "Resources that were deleted"),
          Definition.counter("kbs_policy_evaluations_total", "Evaluations of the resource policy"),
          Definition.counter("kbs_policy_approvals_total", "Evaluations that said yes"),
          Definition.counter("kbs_policy_violations_total", "Evaluations that said no"),
          Definition.counter("kbs_policy_errors_total", "Evaluations that failed"),
          Definition.counter("kbs_auth_requests_total", "Handshakes that began"),
          Definition.counter("kbs_auth_successes_total", "Challenges that were given"),
          Definition.counter(
              "kbs_auth_errors_total", "Handshakes that were refused at their begin"),
          Definition.counter("kbs_attestation_requests_total", "Attestations that were asked for"),
          Definition.counter(
              "kbs_attestation_errors_total", "Attestations that could not be judged"),
          Definition.counter(
              "kbs_attestation_successes_total", "Attestations that ended in a token"),
          Definition.counter("kbs_attestation_failures_total", "Attestations that were refused"),
          Definition.counter("kbs_plugin_requests_total", "Requests to external plugins"),
          Definition.counter("kbs_plugin_errors_total", "External plugins that failed"),
          new Definition(
              "kbs_plugin_request_duration_seconds",
              Family.Type.HISTOGRAM,
              "Time in external plugins",
              List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0)),
          Definition.counter("theca_broker_http_answers_total", "Answers by status"),
          Definition.counter("theca_broker_limited_total", "Requests beyond a limit, by kind"),
          Definition.seconds("theca_broker_stage_duration_seconds", "Time of each stage"));

  private Definitions() {}
}
