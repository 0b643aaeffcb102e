package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A key-encryption key of a Transit engine (Vault or OpenBao HTTP API, "Transit secrets engine",
 * Encrypt data and Decrypt data). The key stays in the service; older versions of it unwrap as long
 * as the service's {@code min_decryption_version} lets them.
 */
public final class TransitKey implements KeyEncryption {
  private static final int MAX_CIPHERTEXT_CHARS = 4096;

  private final TransitSettings settings;
  private final TransitClient client;
  private final String name;

  private TransitKey(TransitSettings settings) {
    this.settings = settings;
    client = new TransitClient(settings);
    name =
        "transit:"
            + settings.address().getAuthority()
            + settings.namespace().map(space -> "/" + space).orElse("")
            + "/"
            + settings.mount()
            + "/"
            + settings.key();
  }

  /** Prepares calls; the first one is made when something is wrapped. */
  public static TransitKey open(TransitSettings settings) {
    return new TransitKey(settings);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte[] wrap(Secret dataKey, String context) {
    byte[] body = dataKey.lend(plain -> body("plaintext", plain, context));
    byte[] answer = client.post("encrypt", context, body);
    String ciphertext =
        (Json.object(answer).isGranted() ? Json.object(answer).orThrow() : none())
            .object("data")
            .flatMap(data -> data.string("ciphertext"))
            .filter(text -> text.length() <= MAX_CIPHERTEXT_CHARS)
            .orElseThrow(() -> new SealFault(name + " answered without data.ciphertext"));
    return ciphertext.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonObject none() {
    return JsonObject.builder().build();
  }

  @Override
  public Secret unwrap(byte[] wrapped, String context) {
    String ciphertext = new String(wrapped, StandardCharsets.US_ASCII);
    if (!ciphertext.matches("[a-z]+:v[0-9]{1,9}:[A-Za-z0-9+/=]{1," + MAX_CIPHERTEXT_CHARS + "}"))
      throw new SealFault(
          context + " is not a ciphertext of Transit; restore the row from a backup");
    var request = bound(context).put("ciphertext", ciphertext).build();
    byte[] answer = client.post("decrypt", context, Json.write(request));
    try {
      return PlaintextMember.in(answer)
          .orElseThrow(() -> new SealFault(name + " answered without data.plaintext"));
    } finally {
      Arrays.fill(answer, (byte) 0);
    }
  }

  private JsonObject.Builder bound(String context) {
    String member =
        switch (settings.binding()) {
          case ASSOCIATED_DATA -> "associated_data";
          case DERIVED_CONTEXT -> "context";
        };
    byte[] bytes = context.getBytes(StandardCharsets.UTF_8);
    return JsonObject.builder().put(member, Base64.getEncoder().encodeToString(bytes));
  }

  /** The bound members and one secret one, which never becomes a String. */
  private byte[] body(String member, byte[] plain, String context) {
    byte[] open = Json.write(bound(context).build());
    byte[] encoded = Base64.getEncoder().encode(plain);
    var whole = new ByteArrayOutputStream(open.length + encoded.length + 32);
    whole.write(open, 0, open.length - 1);
    whole.writeBytes((",\"" + member + "\":\"").getBytes(StandardCharsets.US_ASCII));
    whole.writeBytes(encoded);
    whole.writeBytes("\"}".getBytes(StandardCharsets.US_ASCII));
    Arrays.fill(encoded, (byte) 0);
    return whole.toByteArray();
  }

  @Override
  public void close() {
    client.close();
  }
}
