package dev.theca.broker.plugin;

import dev.theca.broker.http.Answer;
import dev.theca.wire.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/** Errors that several plugins give. */
final class Answers {
  private static final String VARIANT = "PluginInternalError";

  private Answers() {}

  /** What the caller got wrong. */
  static Answer refused(int status, List<Refusal> reasons) {
    return Answer.error(
        status,
        status == 403 ? "PolicyDeny" : VARIANT,
        reasons.stream().map(Refusal::toString).collect(Collectors.joining("; ")));
  }

  static Answer bad(String detail) {
    return Answer.error(400, VARIANT, detail);
  }

  static Answer missing(String detail) {
    return Answer.error(404, "ResourceNotFound", detail);
  }

  /** No such path of a plugin, or not by this method. */
  static Answer unknown(String plugin) {
    return Answer.error(404, "PluginNotFound", "plugin " + plugin + " has no such path and method");
  }
}
