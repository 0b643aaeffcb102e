package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes root disk keys for virtual machines (plugin {@code provisioner} of the reference): {@code
 * POST provision} (administrator) names a machine and makes its key once; {@code GET
 * <namespace>/<uuid>/root} gives it to the machine whose init data name exactly this path; {@code
 * DELETE provision/<uuid>} (administrator) forgets it. The key is made here and nobody sees it.
 */
final class Provisioner implements Plugin {
  private static final String NAME = "provisioner";
  private static final String KIND = "key";
  private static final UUID SPACE = UUID.fromString("feab5599-6854-52bc-95f0-0241c03e620a");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final byte[] ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
          .getBytes(StandardCharsets.US_ASCII);

  private final Plugins.Parts parts;
  private final int keyLength;
  private final SecureRandom random = new SecureRandom();

  Provisioner(Plugins.Parts parts, int keyLength) {
    this.parts = parts;
    this.keyLength = keyLength;
  }

  static Outcome<Plugin> of(Fields settings, Plugins.Parts parts) {
    int length = (int) settings.number("key_length", 32, 16, 512);
    return settings.make(() -> Outcome.granted(new Provisioner(parts, length)));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean needsAdmin(Call call) {
    return !call.method().equals("GET");
  }

  @Override
  public boolean encrypts(Call call) {
    return true;
  }

  @Override
  public Answer handle(Call call) {
    var path = call.path();
    boolean provision = !path.isEmpty() && path.getFirst().equals("provision");
    return switch (call.method()) {
      case "POST" -> provision && path.size() == 1 ? provision(call) : Answers.unknown(NAME);
      case "DELETE" ->
          provision && path.size() == 2 ? forget(call, path.get(1)) : Answers.unknown(NAME);
      case "GET" -> release(call, String.join("/", path));
      default -> Answers.unknown(NAME);
    };
  }

  private Answer provision(Call call) {
    var limits = Limits.DEFAULT.withBytes(4096).withDepth(2);
    return switch (Json.object(call.body(), limits)) {
      case Outcome.Refused<JsonObject>(var reasons) -> Answers.refused(400, reasons);
      case Outcome.Granted<JsonObject>(var json) -> {
        String machine = json.string("vm_name").orElse("");
        String namespace =
            json.get("namespace").isEmpty() ? "default" : json.string("namespace").orElse("");
        if (!WORD.matcher(machine).matches() || !WORD.matcher(namespace).matches())
          yield Answers.bad("vm_name and namespace have up to 128 letters, digits, dots, dashes");
        String uuid = version5(SPACE, namespace + "/" + machine).toString();
        String path = namespace + "/" + uuid + "/root";
        make(call, uuid, path);
        yield Answer.json(
            JsonObject.builder().put("uuid", uuid).put("resource_path", path).build());
      }
    };
  }

  private void make(Call call, String uuid, String path) {
    byte[] document = document();
    byte[] sealed;
    try {
      sealed = parts.sealer().seal(context(path), document);
    } finally {
      Arrays.fill(document, (byte) 0);
    }
    long now = parts.clock().instant().toEpochMilli();
    boolean unused =
        parts
            .database()
            .write(
                sql -> {
                  int made =
                      sql.update(
                          "INSERT INTO plugin_provision (uuid, path, sealed, created)"
                              + " VALUES (?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING",
                          uuid,
                          path,
                          sealed,
                          now);
                  if (made > 0) parts.audit().append(sql, event(call, "granted", "make", path));
                  return true;
                });
  }

  /** TOML with a random key of letters and digits, never a text on the heap. */
  private byte[] document() {
    byte[] head =
        "version = \"0.1.0\"\n\n[data]\n\"io.cryptsetup.key.text.root\" = \""
            .getBytes(StandardCharsets.US_ASCII);
    byte[] document = Arrays.copyOf(head, head.length + keyLength + 2);
    for (int i = 0; i < keyLength; i++)
      document[head.length + i] = ALPHABET[random.nextInt(ALPHABET.length)];
    document[document.length - 2] = '"';
    document[document.length - 1] = '\n';
    return document;
  }

  private Answer release(Call call, String path) {
    if (call.path().size() != 3) return Answers.unknown(NAME);
    if (!named(call.tokenClaims()).equals(Optional.of("kbs+provisioner:///" + path)))
      return Answer.error(
          403, "PolicyDeny", "the init data's trustee.kbs.resource does not name this path");
    var sealed =
        parts
            .database()
            .read(
                sql ->
                    sql.one(
                        "SELECT sealed FROM plugin_provision WHERE path = ?",
                        row -> row.bytes(1),
                        path));
    if (sealed.isEmpty()) return Answers.missing("nothing was provisioned at " + path);
    try (var secret = parts.sealer().open(context(path), sealed.get())) {
      return secret.lend(bytes -> Answer.bytes("application/octet-stream", bytes.clone()));
    }
  }

  private static Optional<String> named(Optional<JsonObject> claims) {
    return claims
        .flatMap(c -> c.object("submods"))
        .flatMap(s -> s.object("cpu0"))
        .flatMap(c -> c.object("ear.veraison.annotated-evidence"))
        .flatMap(e -> e.object("init_data_claims"))
        .flatMap(i -> i.string("trustee.kbs.resource"));
  }

  private Answer forget(Call call, String uuid) {
    int gone =
        parts
            .database()
            .write(
                sql -> {
                  int rows = sql.update("DELETE FROM plugin_provision WHERE uuid = ?", uuid);
                  String outcome = rows > 0 ? "granted" : "missing";
                  String shown = WORD.matcher(uuid).matches() ? uuid : "(malformed)";
                  parts.audit().append(sql, event(call, outcome, "delete", shown));
                  return rows;
                });
    return gone > 0
        ? Answer.json(JsonObject.builder().put("status", "deleted").build())
        : Answers.missing("nothing was provisioned under this uuid");
  }

  private static Event event(Call call, String outcome, String action, String path) {
    var detail =
        JsonObject.builder().put("plugin", NAME).put("action", action).put("path", path).build();
    int slash = path.indexOf('/');
    return new Event(
        KIND, outcome, slash < 0 ? "" : path.substring(0, slash), call.actor(), detail);
  }

  private static String context(String path) {
    return "plugin_provision/" + path;
  }

  /** A name-based UUID with SHA-1 (RFC 9562, section 5.5). */
  static UUID version5(UUID space, String name) {
    try {
      var sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(
          ByteBuffer.allocate(16)
              .putLong(space.getMostSignificantBits())
              .putLong(space.getLeastSignificantBits())
              .array());
      var hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
      long high = hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x5000L;
      long low = hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-1", e);
    }
  }
}
