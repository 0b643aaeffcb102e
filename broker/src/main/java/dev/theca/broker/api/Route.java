package dev.theca.broker.api;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of the broker's HTTP API.
 *
 * @param template segments: words, {@code {name}}, and at the end perhaps {@code {name...}} for one
 *     or more segments
 * @param access who may call it
 */
public record Route(String method, String template, Access access, Action action) {
  /** Who may call an operation. */
  public enum Access {
    /** Everybody. */
    OPEN,
    /** Administrators whose roles allow it. */
    ADMIN,
    /** The operation finds out itself. */
    OWN
  }

  /** What an operation does. */
  @FunctionalInterface
  public interface Action {
    Answer call(Call call);
  }

  /**
   * A request that reached its operation.
   *
   * @param values of the template's names
   * @param actor the administrator; nobody where none is needed
   */
  public record Call(Request request, Map<String, String> values, Actor actor) {
    /** The value of a name of the template. */
    public String value(String name) {
      String value = values.get(name);
      if (value == null) throw new IllegalArgumentException("no {" + name + "} in the template");
      return value;
    }

    /** A parameter of the query; empty text for none. */
    public String query(String name) {
      return request.query().getOrDefault(name, "");
    }

    /** {@code admin:NAME}, as the audit trail calls the administrator. */
    public String who() {
      return "admin:" + actor.name();
    }
  }

  /** The values of the template's names, when the path is one of it. */
  Optional<Map<String, String>> match(List<String> path) {
    return match(segments(), path);
  }

  /** The same for a template that was taken apart before. */
  static Optional<Map<String, String>> match(List<String> wanted, List<String> path) {
    for (int i = 0; i < wanted.size(); i++) {
      String part = wanted.get(i);
      if (part.startsWith("{")) break;
      if (i >= path.size() || !part.equals(path.get(i))) return Optional.empty();
    }
    var values = new HashMap<String, String>();
    for (int i = 0; i < wanted.size(); i++) {
      String part = wanted.get(i);
      if (part.endsWith("...}")) {
        if (path.size() <= i) return Optional.empty();
        values.put(
            part.substring(1, part.length() - 4), String.join("/", path.subList(i, path.size())));
        return Optional.of(values);
      }
      if (i >= path.size()) return Optional.empty();
      if (part.startsWith("{")) values.put(part.substring(1, part.length() - 1), path.get(i));
      else if (!part.equals(path.get(i))) return Optional.empty();
    }
    return path.size() == wanted.size() ? Optional.of(values) : Optional.empty();
  }

  List<String> segments() {
    var all = List.of(template.split("/"));
    return all.subList(1, all.size());
  }
}
