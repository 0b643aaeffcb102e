package dev.theca.broker.kbs;

import dev.theca.broker.api.Route;
import dev.theca.broker.api.Route.Access;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.Kbs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The part of the key broker service that attested clients speak to: the handshake, and everything
 * below a plugin's name. Version 0.4.0 of the protocol.
 */
public final class KbsService {
  private final Handshake handshake;
  private final Release release;
  private final Sessions sessions;
  private final Map<String, Plugin> plugins;

  /**
   * Makes the service.
   *
   * @param tees the words of the TEEs that are verified here; the order must never change, new ones
   *     go to the end (cookies name them by number)
   * @param sessionLife from a challenge to the end of its session
   */
  public KbsService(
      Parts parts, Map<String, Plugin> plugins, List<String> tees, Duration sessionLife) {
    var keys = new SessionKeys(parts.database(), parts.sealer(), parts.clock().instant());
    var challenges = new Challenges(keys, tees, sessionLife);
    this.sessions = new Sessions(parts.database());
    var clients = new Clients(challenges, sessions, parts);
    this.handshake = new Handshake(challenges, sessions, clients, parts);
    this.release = new Release(clients, parts);
    this.plugins = Map.copyOf(plugins);
  }

  /** Handshake first, plugins last: their names are matched by the rest. */
  public List<Route> routes() {
    return List.of(
        new Route(
            "POST", Kbs.PREFIX + "/auth", Access.OPEN, call -> handshake.auth(call.request())),
        new Route(
            "POST", Kbs.PREFIX + "/attest", Access.OWN, call -> handshake.attest(call.request())));
  }

  /** {@code /kbs/v0/{plugin}/{path...}} for every method. */
  public Route plugins() {
    return new Route("*", Kbs.PREFIX + "/{plugin}/{path...}", Access.OWN, this::plugin);
  }

  private Answer plugin(Route.Call call) {
    var plugin = plugins.get(call.value("plugin"));
    if (plugin == null)
      return Answer.error(
          404,
          "PluginNotFound",
          "Plugin " + call.value("plugin").replaceAll("[^a-zA-Z0-9_-]", "?") + " not found");
    return release.handle(plugin, List.of(call.value("path").split("/")), call.request());
  }

  /** Forgets sessions that are over; one replica does it for all. */
  public int sweep(Instant now) {
    return sessions.sweep(now);
  }

  /** Why IBM Secure Execution gets no challenge. */
  public static <T> Outcome<T> secureExecution() {
    return Hello.secureExecution();
  }
}
