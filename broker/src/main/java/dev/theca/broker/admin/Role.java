package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A name for permissions; what none of them names is denied. */
record Role(String name, List<Permission> permissions) {
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");
  private static final int MAX_PERMISSIONS = 256;

  Role {
    permissions = List.copyOf(permissions);
  }

  /** Methods on paths. */
  record Permission(Set<String> methods, PathTemplate path) {
    Permission {
      methods = Set.copyOf(methods);
    }

    boolean covers(String tenant, String method, List<String> segments) {
      if (!methods.contains(method)) return false;
      var named = path.match(segments);
      if (named.isEmpty()) return false;
      return tenant.isEmpty() || path.namesTenant() && named.get().equals(tenant);
    }
  }

  /** Whether the role, held everywhere or in one tenant, may send the method to the path. */
  boolean allows(String tenant, String method, List<String> segments) {
    return permissions.stream().anyMatch(p -> p.covers(tenant, method, segments));
  }

  /** Reads {@code {name, permissions: [{methods: [..], path}]}}. */
  static Outcome<Role> parse(JsonObject json) {
    var fields = new Fields(AdminCode.SETTINGS, "role", json);
    String name = fields.text("name");
    var permissions = new ArrayList<Permission>();
    for (JsonValue value : fields.list("permissions")) {
      var item = fields.object("permissions", value);
      var methods = Set.copyOf(item.texts("methods"));
      if (!METHODS.containsAll(methods) || methods.isEmpty())
        item.wrong("methods", "some of GET, POST, PUT, DELETE", methods.toString());
      String path = item.text("path");
      fields.take(item);
      switch (PathTemplate.parse(path)) {
        case Outcome.Granted<PathTemplate>(var template) ->
            permissions.add(new Permission(methods, template));
        case Outcome.Refused<PathTemplate>(var reasons) -> fields.refuse(reasons);
      }
    }
    if (!Words.NAME.matcher(name).matches())
      fields.wrong("name", "a name of letters, digits, - _ .", Words.shown(name));
    if (BuiltinRoles.NAMES.contains(name))
      fields.wrong("name", "a name that is not built in", Words.shown(name));
    if (permissions.isEmpty() || permissions.size() > MAX_PERMISSIONS)
      fields.wrong("permissions", "1 to " + MAX_PERMISSIONS, permissions.size() + "");
    return fields.done(() -> new Role(name, permissions));
  }
}
