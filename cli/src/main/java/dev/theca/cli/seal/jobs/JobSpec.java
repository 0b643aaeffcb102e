package dev.theca.cli.seal.jobs;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.Limits;
import java.util.List;
import java.util.Set;

/**
 * What a job shall seal: where from, where to. Everything else (keys, broker, credentials) belongs
 * to the service and cannot be chosen over the network.
 */
public record JobSpec(String source, String destination, List<String> recipients) {
  static final int MAX_BYTES = 64 << 10;
  private static final int MAX_TEXT = 1024;
  private static final int MAX_RECIPIENTS = 16;
  private static final Set<String> MEMBERS = Set.of("source", "destination", "recipients");

  public JobSpec {
    recipients = List.copyOf(recipients);
  }

  /**
   * Reads {@code {"source":..., "destination":..., "recipients":[...]}}; unknown members refused.
   */
  static Outcome<JobSpec> parse(byte[] body) {
    return Json.object(body, Limits.DEFAULT.withBytes(MAX_BYTES))
        .then(
            json -> {
              for (String name : json.members().keySet())
                if (!MEMBERS.contains(name)) return bad("members of " + MEMBERS, "'" + name + "'");
              if (json.get("recipients").isPresent() && json.strings("recipients").isEmpty())
                return bad("a list of texts as recipients", "something else");
              var recipients = json.strings("recipients").orElse(List.of());
              if (recipients.size() > MAX_RECIPIENTS)
                return bad("at most " + MAX_RECIPIENTS + " recipients", recipients.size() + "");
              return json.requireString("source")
                  .then(
                      source ->
                          json.requireString("destination")
                              .then(destination -> checked(source, destination, recipients)));
            });
  }

  private static Outcome<JobSpec> checked(
      String source, String destination, List<String> recipients) {
    for (String text : List.of(source, destination))
      if (text.isEmpty() || text.length() > MAX_TEXT || text.chars().anyMatch(c -> c < ' '))
        return bad("names of images", "an empty, overlong or broken one");
    return Outcome.granted(new JobSpec(source, destination, recipients));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        Code.of("seal-job"), "job", expected, found, "see 'theca seal serve --help'");
  }
}
