package dev.theca.broker.audit;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that appends until it is killed. */
public final class Writer {
  private Writer() {}

  public static void main(String[] args) {
    var world = new World(Path.of(args[0]));
    for (int i = 0; ; i++) {
      world.trail.record(World.event("release", "attested:aa", i));
      System.out.println("written " + i);
    }
  }

  static Process start(Path folder, Path said)
      throws IOException, URISyntaxException, ClassNotFoundException {
    var path = new ArrayList<String>();
    Path root = Path.of(System.getProperty("theca.root"));
    for (String part :
        List.of("broker/target/classes", "broker/target/test-classes", "wire/target/classes"))
      path.add(root.resolve(part).toString());
    for (String type : // by name: the module of the tests does not read all of theirs
        List.of(
            "tools.jackson.core.json.JsonFactory",
            "org.sqlite.JDBC",
            "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")) {
      var location = Class.forName(type).getProtectionDomain().getCodeSource().getLocation();
      path.add(Path.of(location.toURI()).toString());
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            String.join(":", path),
            Writer.class.getName(),
            folder.toString())
        .redirectOutput(said.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
