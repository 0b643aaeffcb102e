package dev.theca.broker.spi;

import java.util.Map;

/**
 * Makes key-encryption keys of one kind, such as those of a cloud's key service. Found by {@link
 * java.util.ServiceLoader}: put a jar on the broker's class path whose file {@code
 * META-INF/services/dev.theca.broker.spi.KeyEncryptionProvider} names a class that answers to a
 * scheme of its own:
 *
 * <pre>{@code
 * public final class CloudKms implements KeyEncryptionProvider {
 *   public String scheme() { return "cloudkms"; }
 *
 *   public KeyEncryption open(Map<String, String> settings) {
 *     var client = new CloudClient(settings.get("region"), settings.get("credentials-file"));
 *     String key = settings.get("key-id");
 *     return new KeyEncryption() {
 *       public String name() { return "cloudkms:" + key; }
 *
 *       public byte[] wrap(Secret dataKey, String context) {
 *         return dataKey.lend(bytes -> client.encrypt(key, bytes, Map.of("theca", context)));
 *       }
 *
 *       public Secret unwrap(byte[] wrapped, String context) {
 *         return Secret.moveFrom(client.decrypt(key, wrapped, Map.of("theca", context)));
 *       }
 *     };
 *   }
 * }
 * }</pre>
 *
 * The context belongs into what the service authenticates (encryption context, additional
 * authenticated data), not into the plaintext.
 */
public interface KeyEncryptionProvider {
  /** The value of {@code kind} in the configuration: lower-case letters and digits. */
  String scheme();

  /**
   * Opens the key; fails now rather than at the first use where that can be found out.
   *
   * @param settings the configuration's other members; secrets come as names of files
   * @throws dev.theca.broker.seal.SealFault when a setting is missing or wrong, saying which
   */
  KeyEncryption open(Map<String, String> settings);
}
