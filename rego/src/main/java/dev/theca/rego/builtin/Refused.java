package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import java.util.List;

/**
 * Functions that need the network or chance, of which there is none here: policies that mention
 * them compile, and every call is a fault.
 */
final class Refused {
  private Refused() {}

  static List<Builtin> list() {
    return List.of(
        of("http.send", "object -> object"),
        of("net.lookup_ip_addr", "string -> set"),
        of("rand.intn", "string, number -> number"),
        of("uuid.rfc4122", "string -> string"));
  }

  private static Builtin of(String name, String signature) {
    var told =
        Builtin.of(
            name,
            signature,
            (_, _) -> {
              throw new BuiltinFault(
                  name + " is not available: this engine uses no network and no source of chance");
            });
    return new Builtin(name, told.arguments(), told.result(), false, told.body());
  }
}
