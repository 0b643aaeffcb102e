package dev.theca.image.sign;

import dev.theca.image.sign.Members.Bad;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads policy.json strictly (containers-policy.json(5)); an empty list would accept anything. */
final class PolicyReader {
  private static final int MAX_SCOPES = 4096;
  private static final int MAX_REQUIREMENTS = 16;
  private static final Set<String> TRANSPORTS =
      Set.of(
          "docker",
          "docker-archive",
          "docker-daemon",
          "oci",
          "oci-archive",
          "dir",
          "atomic",
          "containers-storage",
          "ostree",
          "sif",
          "tarball");

  private PolicyReader() {}

  /** What a policy says: by default, and by transport and scope. */
  record Table(List<Requirement> byDefault, Map<String, Map<String, List<Requirement>>> scopes) {}

  static Outcome<Table> read(byte[] json) {
    return switch (Json.object(json)) {
      case Outcome.Refused<JsonObject>(var reasons) -> {
        var first = reasons.getFirst();
        yield SignCode.POLICY.refused(
            "image policy", first.expected(), first.found(), "correct the image policy");
      }
      case Outcome.Granted<JsonObject>(var object) -> {
        try {
          yield Outcome.granted(table(object));
        } catch (Bad e) {
          yield e.refused();
        }
      }
    };
  }

  private static Table table(JsonObject json) throws Bad {
    var in = new Members("the whole", json, Set.of("default", "transports"));
    var byDefault = in.value("default");
    if (byDefault.isEmpty()) throw in.bad("member default", "none");
    var scopes = new HashMap<String, Map<String, List<Requirement>>>();
    if (in.has("transports")) {
      var transports = new Members("transports", in.value("transports").orElseThrow(), TRANSPORTS);
      for (String name : TRANSPORTS) {
        var value = transports.value(name);
        if (value.isPresent()) scopes.put(name, scopes(name, value.get()));
      }
    }
    return new Table(list("default", byDefault.get()), Map.copyOf(scopes));
  }

  private static Map<String, List<Requirement>> scopes(String transport, JsonValue value)
      throws Bad {
    if (!(value instanceof JsonObject(var members)))
      throw new Bad("transport " + transport, "an object of scopes", "another value");
    if (members.size() > MAX_SCOPES)
      throw new Bad("transport " + transport, "at most " + MAX_SCOPES + " scopes", "more");
    var scopes = new HashMap<String, List<Requirement>>();
    for (var entry : members.entrySet()) {
      String scope = entry.getKey();
      String where = transport + " scope " + SignCode.shown(scope);
      if (!scope.isEmpty() && !possible(transport, scope))
        throw new Bad(where, "a scope that some image can have", "one that none has");
      scopes.put(scope, list(where, entry.getValue()));
    }
    return Map.copyOf(scopes);
  }

  /** A scope that cannot match is a typo, and the image it was meant for falls to another list. */
  private static boolean possible(String transport, String scope) {
    return switch (transport) {
      case "docker" ->
          scope.matches(
              "\\*(\\.[a-zA-Z0-9-]+)+"
                  + "|[a-zA-Z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*(:[\\w.-]{1,128})?(@[a-z0-9]+:[0-9a-f]+)?");
      case "dir", "oci" ->
          scope.length() > 1
              && scope.startsWith("/")
              && !scope.endsWith("/")
              && !scope.contains("//")
              && !(scope + "/").contains("/../")
              && !(scope + "/").contains("/./");
      case "docker-archive", "oci-archive", "tarball" -> false;
      default -> true; // transports that do not exist here; their scopes are never looked up
    };
  }

  private static List<Requirement> list(String where, JsonValue value) throws Bad {
    if (!(value instanceof JsonArray(var items)))
      throw new Bad(where, "a list of requirements", "another value");
    if (items.isEmpty() || items.size() > MAX_REQUIREMENTS)
      throw new Bad(where, "1 to " + MAX_REQUIREMENTS + " requirements", items.size() + "");
    var list = new ArrayList<Requirement>();
    for (JsonValue item : items) list.add(RequirementReader.read(where, item));
    return List.copyOf(list);
  }
}
