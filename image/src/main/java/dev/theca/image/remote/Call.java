package dev.theca.image.remote;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request as it is meant, before anybody knows about tokens: {@code target} is a path of the
 * registry, or an address that the registry gave.
 */
record Call(String method, String target, Scope scope, Map<String, String> headers, Payload body) {
  static Call of(String method, String target, Scope scope) {
    return new Call(method, target, scope, Map.of(), Payload.NONE);
  }

  Call with(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new Call(method, target, scope, all, body);
  }

  Call with(String contentType, Payload payload) {
    return new Call(method, target, scope, headers, payload).with("Content-Type", contentType);
  }

  boolean reads() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
