package dev.theca.cli.why;

import dev.theca.broker.AdminCall;
import dev.theca.cli.broker.Columns;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Talk;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.PodName;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca why}: what a refusal wanted, what it found, and what to do. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Explains a refusal claim by claim: what the policy wanted, what was found, what to do.",
      "",
      "Examples:",
      "  theca why a2b3c4d5e6f7",
      "  theca why default/key/one",
      "  theca why --pod team-a/web-0"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:explained",
      "2:no such refusal is kept, or the broker refused",
      "64:wrong usage, or no token",
      "69:the broker does not answer"
    })
public final class WhyCommand implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("[a-z2-7]{12}");

  @Mixin private Connection to = new Connection();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID|TEXT",
      description = "id that the client was given; or part of a measurement, tenant, path or pod")
  private String subject = "";

  @Option(
      names = "--pod",
      paramLabel = "NS/NAME|UID",
      description = {
        "the newest refusals of a pod, in place of ID",
        "which pod a client is in is its host's word, and proved by nothing"
      })
  private String pod = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many of the newest are listed (default: ${DEFAULT-VALUE})")
  private int limit;

  /** For the command line. */
  public WhyCommand() {}

  @Override
  public Integer call() {
    return to.run(this::explained);
  }

  private int explained(Talk talk) {
    if (limit < 1 || limit > 100) throw new WrongUsage("give --limit 1 to 100");
    if (!pod.isEmpty()) return ofPod(talk);
    if (subject.isBlank() || subject.length() > 256)
      throw new WrongUsage("give an id, 1 to 256 characters, or --pod");
    if (ID.matcher(subject).matches()
        && talk.broker().askJson(AdminCall.get("theca/v1/refusals", subject))
            instanceof Outcome.Granted<JsonObject>(var found))
      return talk.say(found, Explained.text(found));
    return newest(talk, "subject", subject);
  }

  private int ofPod(Talk talk) {
    boolean name = PodName.parse(pod).filter(parsed -> parsed.uid().isEmpty()).isPresent();
    if (!subject.isEmpty() || !name && !PodName.isUid(pod))
      throw new WrongUsage("--pod takes NAMESPACE/NAME or a UID, and no ID stands beside it");
    return newest(talk, "pod", pod);
  }

  private int newest(Talk talk, String by, String wanted) {
    var call = AdminCall.get("theca/v1/refusals").with(by, wanted).with("limit", limit + "");
    List<JsonValue> all = talk.ask(call).array("refusals").orElse(List.of());
    if (all.isEmpty() || !(all.getFirst() instanceof JsonObject newest))
      throw new RefusedException(List.of(unknown(wanted)));
    String others =
        all.size() == 1
            ? ""
            : "\nothers, newest first; 'theca why ID' explains them\n"
                + Columns.of(
                    all.subList(1, all.size()), "", "id", "time", "kind", "tenant", "actor");
    return talk.say(
        JsonObject.builder().put("refusals", new JsonArray(all)).build(),
        Explained.text(newest) + others);
  }

  private static Refusal unknown(String wanted) {
    return new Refusal(
        Code.of("refusal-unknown"),
        "refusal " + wanted,
        "one that is kept",
        "none",
        "take the id from the client's answer; the oldest go after 30 days");
  }
}
