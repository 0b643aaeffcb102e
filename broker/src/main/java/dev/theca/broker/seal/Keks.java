package dev.theca.broker.seal;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key-encryption keys at hand: one that wraps, and those that may still unwrap. */
record Keks(KeyEncryption current, Map<String, KeyEncryption> all) {
  static Keks of(KeyEncryption current, List<KeyEncryption> older) {
    var all = new LinkedHashMap<String, KeyEncryption>();
    older.forEach(kek -> all.put(kek.name(), kek));
    all.put(current.name(), current);
    return new Keks(current, all);
  }

  Keks with(KeyEncryption next) {
    return of(next, new ArrayList<>(all.values()));
  }

  Secret unwrap(DataKeys.Wrapped key) {
    String context = DataKeys.context(key.id());
    var kek =
        Optional.ofNullable(all.get(key.kek()))
            .orElseThrow(
                () ->
                    new SealFault(
                        context
                            + " is wrapped by "
                            + key.kek()
                            + ", which is not configured (there is "
                            + String.join(", ", all.keySet())
                            + "); configure it, as the key-encryption key or among the older ones"));
    var plain = kek.unwrap(key.wrapped(), context);
    if (plain.sizeBytes() == Keyring.KEY_BYTES) return plain;
    plain.close();
    throw new SealFault(context + " is not a key of 256 bits; restore the row from a backup");
  }
}
