package dev.theca.broker;

import dev.theca.broker.http.Front;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.setup.Roots;
import dev.theca.broker.setup.SetupCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A broker's configuration before there is a broker. */
public final class ConfigFile {
  private static final long MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /** Reads TOML; refuses what cannot be read. */
  public static Outcome<JsonObject> read(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES)
        return refused("file " + file, "at most 1 MiB", Files.size(file) + " bytes");
      return Toml.parse(Files.readString(file));
    } catch (CharacterCodingException e) {
      return refused("file " + file, "UTF-8 text", "other bytes");
    } catch (IOException e) {
      return refused("file " + file, "a readable file", e.getClass().getSimpleName());
    }
  }

  /**
   * Judges a configuration without starting anything: every key, and that the files it names are
   * there. Gives a summary of what it would do.
   */
  public static Outcome<JsonObject> check(JsonObject config) {
    try {
      return BrokerSettings.parse(config).then(ConfigFile::check);
    } catch (IllegalArgumentException e) {
      return refused("a value", "one that can be used", String.valueOf(e.getMessage()));
    }
  }

  private static Outcome<JsonObject> check(BrokerSettings settings) {
    var wrong = new ArrayList<Refusal>();
    if (settings.evidence().source() instanceof Outcome.Refused<?>(var why)) wrong.addAll(why);
    if (Front.judge(settings.front()) instanceof Outcome.Refused<?>(var why)) wrong.addAll(why);
    if (settings.management().isPresent()
        && Front.judge(settings.management().get()) instanceof Outcome.Refused<?>(var why))
      wrong.addAll(why);
    var tls = settings.front().tls();
    var named =
        Stream.of(
                tls.stream().flatMap(t -> Stream.of(t.certificate(), t.key())),
                settings.service().tls().stream().flatMap(t -> Stream.of(t.certificate(), t.key())))
            .flatMap(files -> files)
            .toList();
    for (Path file : named)
      if (!Files.isReadable(file))
        wrong.add(refusal("file " + file, "a readable file", "absent, or not readable"));
    try {
      var unused = Roots.of(settings.evidence());
      var unusedToo = Roots.anchors(settings.evidence());
    } catch (IOException e) {
      wrong.add(refusal("a file of trust", "a readable file", e.toString()));
    } catch (IllegalArgumentException e) {
      wrong.add(refusal("a file of trust", "one that parses", String.valueOf(e.getMessage())));
    }
    return wrong.isEmpty() ? Outcome.granted(summary(settings)) : Outcome.refused(wrong);
  }

  private static JsonObject summary(BrokerSettings settings) {
    return JsonObject.builder()
        .put("state", settings.state().toString())
        .put("listen", JsonArray.strings(settings.front().listen()))
        .put("tls", settings.front().tls().isPresent())
        .put(
            "management",
            JsonArray.strings(settings.management().map(m -> m.listen()).orElse(List.of())))
        .put("store", settings.store().getClass().getSimpleName())
        .put("key_encryption_key", settings.kek().current().type())
        .put("admin_token_file", settings.adminTokenFile().toString())
        .build();
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(refusal(what, expected, found));
  }

  private static Refusal refusal(String what, String expected, String found) {
    return new Refusal(
        SetupCode.BROKER_CONFIGURATION, what, expected, found, "correct the configuration");
  }
}
