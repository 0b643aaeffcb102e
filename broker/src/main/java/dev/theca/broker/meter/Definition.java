package dev.theca.broker.meter;

import java.util.List;

/**
 * What is known of a name before it is first counted: its help and, of a histogram, its buckets.
 */
record Definition(String name, Family.Type type, String help, List<Double> bounds) {
  private static final List<Double> SECONDS =
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5);
  private static final List<Double> BYTES = List.of(32.0, 128.0, 512.0, 2048.0, 8192.0);

  /** The names that users of the KBS know (kbs_...), and ours (theca_broker_...). */
  static final List<Definition> ALL =
      List.of(
          counter("kbs_http_requests_total", "Requests below /kbs"),
          new Definition(
              "kbs_http_request_duration_seconds",
              Family.Type.HISTOGRAM,
              "Time from the end of the header to the answer",
              List.of(0.0005, 0.001, 0.005, 0.01, 0.05, 0.5, 1.0)),
          new Definition(
              "kbs_http_request_size_bytes", Family.Type.HISTOGRAM, "Bodies of requests", BYTES),
          new Definition(
              "kbs_http_response_size_bytes", Family.Type.HISTOGRAM, "Bodies of answers", BYTES),
          counter("kbs_resource_reads_total", "Resources that were released"),
          counter("kbs_resource_writes_total", "Resources that were written"),
          counter("kbs_resource_deletes_total", "Resources that were deleted"),
          counter("kbs_policy_evaluations_total", "Evaluations of the resource policy"),
          counter("kbs_policy_approvals_total", "Evaluations that said yes"),
          counter("kbs_policy_violations_total", "Evaluations that said no"),
          counter("kbs_policy_errors_total", "Evaluations that failed"),
          counter("kbs_auth_requests_total", "Handshakes that began"),
          counter("kbs_auth_successes_total", "Challenges that were given"),
          counter("kbs_auth_errors_total", "Handshakes that were refused at their begin"),
          counter("kbs_attestation_requests_total", "Attestations that were asked for"),
          counter("kbs_attestation_errors_total", "Attestations that could not be judged"),
          counter("kbs_attestation_successes_total", "Attestations that ended in a token"),
          counter("kbs_attestation_failures_total", "Attestations that were refused"),
          counter("kbs_plugin_requests_total", "Requests to external plugins"),
          counter("kbs_plugin_errors_total", "External plugins that failed"),
          new Definition(
              "kbs_plugin_request_duration_seconds",
              Family.Type.HISTOGRAM,
              "Time in external plugins",
              List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0)),
          counter("theca_broker_http_answers_total", "Answers by status"),
          counter("theca_broker_limited_total", "Requests beyond a limit, by kind"),
          new Definition(
              "theca_broker_stage_duration_seconds",
              Family.Type.HISTOGRAM,
              "Time of each stage",
              SECONDS));

  private static Definition counter(String name, String help) {
    return new Definition(name, Family.Type.COUNTER, help, List.of());
  }

  /** Of a name that nobody defined. */
  static Definition undefined(String name, Family.Type type) {
    return new Definition(name, type, name, type == Family.Type.HISTOGRAM ? SECONDS : List.of());
  }
}
