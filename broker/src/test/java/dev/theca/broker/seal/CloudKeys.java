package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.broker.spi.KeyEncryptionProvider;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.Map;

/** Somebody else's kind of key-encryption key, as a jar on the class path would bring it. */
public final class CloudKeys implements KeyEncryptionProvider {
  @Override
  public String scheme() {
    return "cloud";
  }

  @Override
  public KeyEncryption open(Map<String, String> settings) {
    var far = FileKey.openOrCreate(Path.of(settings.get("far-file")));
    return new KeyEncryption() {
      @Override
      public String name() {
        return "cloud:" + settings.get("key");
      }

      @Override
      public byte[] wrap(Secret dataKey, String context) {
        return far.wrap(dataKey, context);
      }

      @Override
      public Secret unwrap(byte[] wrapped, String context) {
        return far.unwrap(wrapped, context);
      }
    };
  }

  /** A broker that is configured with it. */
  public static void main(String[] arguments) {
    var settings = Map.of("key", "one", "far-file", arguments[0]);
    try (var key = KeyEncryptions.open("cloud", settings, true);
        var plain = key.unwrap(key.wrap(Secret.moveFrom(new byte[32]), "c"), "c")) {
      System.out.println(key.name() + " " + plain);
    }
  }
}
