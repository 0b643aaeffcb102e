package dev.theca.broker.seal;

import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;

/** What a broker does with a token, in a process whose environment names the token's folder. */
final class TokenScene {
  private TokenScene() {}

  public static void main(String[] arguments) {
    var folder = Path.of(arguments[0]);
    var settings =
        new TokenSettings(
            SoftToken.MODULE,
            arguments[2].startsWith("#")
                ? new TokenSettings.Token.SlotIndex(Integer.parseInt(arguments[2].substring(1)))
                : new TokenSettings.Token.Labelled(arguments[2]),
            arguments[3],
            folder.resolve(arguments[4]),
            Boolean.parseBoolean(arguments[5]));
    try (var key = TokenKey.open(settings)) {
      System.out.println("name " + key.name());
      switch (arguments[1]) {
        case "wrap" ->
            System.out.println(
                "wrapped "
                    + HexFormat.of().formatHex(key.wrap(Secret.moveFrom(new byte[32]), "one")));
        case "unwrap" -> {
          byte[] wrapped = HexFormat.of().parseHex(arguments[6]);
          try (var plain = key.unwrap(wrapped, arguments[7])) {
            System.out.println("zeroes " + plain.sameAs(Secret.moveFrom(new byte[32])));
          }
        }
        case "keyring" -> keyring(folder, key);
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    } catch (SealFault fault) {
      System.out.println(fault.getClass().getSimpleName() + " " + fault.getMessage());
    }
  }

  /** From a file to the token, and open what was sealed before. */
  private static void keyring(Path folder, TokenKey key) {
    try (var database = SqliteDatabase.open(folder.resolve("broker.db"))) {
      byte[] sealed;
      var file = FileKey.openOrCreate(folder.resolve("kek"));
      try (var keyring = Keyring.open(database, file, List.of(), Clock.systemUTC())) {
        sealed = keyring.seal("x", new byte[5]);
        System.out.println("moved " + keyring.rewrap(key));
        System.out.println("under " + keyring.status().getFirst().kek());
        try (var plain = keyring.open("x", sealed)) {
          System.out.println("opened " + plain.sizeBytes());
        }
      }
    }
  }
}
