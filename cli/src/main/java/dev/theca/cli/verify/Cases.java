package dev.theca.cli.verify;

import dev.theca.evidence.QvlCompat;
import dev.theca.evidence.TcbVerdict;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs files of recorded cases, each with its inputs by file name and with what Intel's library
 * said of it; and folders of SNP reports. Prints one line of JSON for each case.
 */
final class Cases {
  private static final Limits LARGE = new Limits(256 << 20, 32, 1 << 20, 256);

  private final Path folder;
  private final Map<String, byte[]> files = new HashMap<>();
  private final QvlCompat qvl = new QvlCompat();

  private Cases(Path folder) {
    this.folder = folder;
  }

  static int run(Path given, Optional<Instant> at, PrintStream out, PrintStream err)
      throws IOException, VerifyCommand.Usage {
    Path file = Files.isDirectory(given) ? given.resolve("index.json") : given;
    if (!Files.isReadable(file)) throw new VerifyCommand.Usage("cannot read " + file);
    if (!(Json.parse(Files.readAllBytes(file), LARGE)
            instanceof Outcome.Granted<JsonValue>(JsonArray(List<JsonValue> items)))
        || !items.stream().allMatch(JsonObject.class::isInstance))
      throw new VerifyCommand.Usage(file + " is not a JSON array of cases");
    Path folder = file.resolveSibling("");
    var self = new Cases(folder);
    int differ = 0;
    int compared = 0;
    for (JsonValue item : items) {
      var one = (JsonObject) item;
      var expected = one.object("expected");
      JsonObject actual;
      if (one.members().containsKey("chain") && !one.members().containsKey("tcb")) {
        actual = SnpCases.actual(folder, one, at);
        compared++;
        boolean accept = one.string("expected").orElse("accept").startsWith("accept");
        if (accept != actual.string("verdict").orElse("").equals("accept")) differ++;
      } else {
        actual = self.intel(one, expected, at);
        if (expected.isPresent()) {
          compared++;
          if (!Json.text(sorted(actual)).equals(Json.text(sorted(expected.get())))) differ++;
        }
      }
      var line = JsonObject.builder();
      line.put("id", one.members().getOrDefault("id", new JsonString("")));
      out.println(Json.text(line.put("actual", actual).build()));
    }
    err.println(
        items.size() + " cases, " + compared + " with an expectation, " + differ + " differ");
    return differ == 0 ? 0 : 2;
  }

  private static JsonValue sorted(JsonObject object) throws IOException {
    return Json.parse(Json.canonical(object)).orThrow();
  }

  private JsonObject intel(JsonObject one, Optional<JsonObject> expected, Optional<Instant> at)
      throws IOException, VerifyCommand.Usage {
    Instant time =
        Instant.ofEpochSecond(
            one.integer("time").orElse(at.orElse(Instant.EPOCH).getEpochSecond()));
    var result =
        qvl.judge(
            new QvlCompat.Input(
                file(one, "quote"),
                text(one, "pck"),
                file(one, "tcb"),
                file(one, "qe"),
                file(one, "rootcrl"),
                file(one, "pckcrl"),
                text(one, "tcbchain"),
                text(one, "root"),
                time));
    var all = members(result);
    if (expected.isEmpty()) return all;
    var wanted = JsonObject.builder();
    for (String name : expected.get().members().keySet()) {
      var value = all.members().get(name);
      if (value != null) wanted.put(name, value);
    }
    return wanted.build();
  }

  private static JsonObject members(QvlCompat.Result result) {
    var out =
        JsonObject.builder()
            .put("pckChain", result.pckChain())
            .put("tcbInfo", result.tcbInfo())
            .put("qeIdentity", result.qeIdentity())
            .put("quote", result.quote());
    if (result.tcb().isEmpty()) return out.build();
    TcbVerdict tcb = result.tcb().get();
    out.put("tcbStatus", tcb.status().word());
    if (!result.hasDetails()) return out.build();
    return out.put("evalNum", tcb.evaluationNumber())
        .put("launchTcbDate", tcb.launchDate().getEpochSecond())
        .put("currentTcbDate", tcb.currentDate().getEpochSecond())
        .put("advisoriesLaunch", JsonArray.strings(List.copyOf(tcb.advisoriesLaunch())))
        .put("advisoriesCurrent", JsonArray.strings(List.copyOf(tcb.advisoriesCurrent())))
        .put("launchStatus", tcb.launch().word())
        .put("currentStatus", tcb.current().word())
        .build();
  }

  private byte[] file(JsonObject one, String member) throws IOException, VerifyCommand.Usage {
    var name = one.string(member);
    if (name.isEmpty())
      throw new VerifyCommand.Usage(
          "case " + one.string("id").orElse("?") + " names no file as '" + member + "'");
    byte[] there = files.get(name.get());
    if (there != null) return there;
    Path path = folder.resolve(name.get());
    if (!Files.isReadable(path)) throw new VerifyCommand.Usage("cannot read " + path);
    byte[] bytes = Files.readAllBytes(path);
    files.put(name.get(), bytes);
    return bytes;
  }

  private String text(JsonObject one, String member) throws IOException, VerifyCommand.Usage {
    return new String(file(one, member), StandardCharsets.ISO_8859_1);
  }
}
