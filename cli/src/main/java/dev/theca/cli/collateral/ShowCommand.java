package dev.theca.cli.collateral;

import dev.theca.collateral.BundleSource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca collateral show}: what a folder or bundle knows, and whether it holds now. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the platforms of a folder or bundle and verifies the collateral of each.",
      "",
      "Example: theca collateral show ./collateral"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:everything there holds", "2:something does not", "64:wrong usage"})
public final class ShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR|FILE", description = "folder or bundle")
  private Path place = Path.of("");

  @Option(names = "--time", paramLabel = "TIME", description = "as of this time (default: now)")
  private Instant time = Instant.now();

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  /** For the command line. */
  public ShowCommand() {}

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(place)) {
      System.err.println("theca collateral show: no such folder or file: " + place);
      return 64;
    }
    var source = Sources.of(place.toString()).orElseThrow();
    List<PlatformModel> models =
        source instanceof BundleSource bundle ? bundle.models() : Folder.models(place);
    var verifier = Verifier.of(TrustRoots.vendors());
    var rows = new ArrayList<JsonValue>();
    boolean good = true;
    for (PlatformModel model : models) {
      var prepared =
          source
              .intel(model, Channel.STANDARD)
              .then((IntelCollateral c) -> verifier.prepare(c, time));
      good &= prepared.isGranted();
      rows.add(row(model, prepared));
    }
    if (json) System.out.println(Json.pretty(new JsonArray(rows)));
    else for (JsonValue row : rows) System.out.println(words((JsonObject) row));
    if (models.isEmpty()) System.err.println("no Intel collateral in " + place);
    return good ? 0 : 2;
  }

  private static JsonObject row(PlatformModel model, Outcome<VerifiedCollateral> prepared) {
    var out =
        JsonObject.builder()
            .put("tee", model.type().word())
            .put("fmspc", model.fmspc())
            .put("ca", model.ca());
    return switch (prepared) {
      case Outcome.Granted<VerifiedCollateral>(var vc) ->
          out.put("holds", true)
              .put("trust_root", vc.rootName())
              .put("evaluation_number", vc.edition().evaluationNumber())
              .put("issued", vc.edition().issued().toString())
              .put("valid_until", vc.validUntil().toString())
              .build();
      case Outcome.Refused<VerifiedCollateral>(var reasons) ->
          out.put("holds", false).put("reason", reasons.getFirst().toString()).build();
    };
  }

  private static String words(JsonObject row) {
    String head =
        row.string("tee").orElse("")
            + " "
            + row.string("fmspc").orElse("")
            + " "
            + row.string("ca").orElse("");
    return head
        + (row.bool("holds").orElse(false)
            ? ": root "
                + row.string("trust_root").orElse("")
                + ", evaluation number "
                + row.integer("evaluation_number").orElse(0L)
                + ", valid until "
                + row.string("valid_until").orElse("")
            : ": " + row.string("reason").orElse(""));
  }
}
