package dev.theca.broker.gramine;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the listener, table {@code [gramine]}.
 *
 * @param resource the one resource that is handed out, {@code repository/type/tag}
 * @param form how its bytes are sent
 * @param policyIds appraisal policies; none means the default
 * @param limit for one connection in all
 */
public record ProvisioningSettings(
    InetSocketAddress listen,
    String resource,
    Form form,
    List<String> policyIds,
    Duration limit,
    int maxConnections) {
  /** What Gramine's client does with the secret. */
  public enum Form {
    /** Bytes as they are, for {@code SECRET_PROVISION_SET_KEY}, which wants exactly 16. */
    RAW,
    /** Ended by a NUL, for {@code SECRET_PROVISION_SECRET_STRING}. */
    TEXT
  }

  public ProvisioningSettings {
    policyIds = List.copyOf(policyIds);
  }

  /**
   * Reads {@code listen} (address:port, by default 127.0.0.1:4433), {@code resource}, {@code form}
   * ({@code raw} or {@code text}), {@code policy_ids}, {@code timeout_seconds}, {@code
   * max_connections}; anything else is refused by name.
   */
  public static Outcome<ProvisioningSettings> read(JsonObject table) {
    var in = new Fields(GramineCode.BAD_GRAMINE_SETTINGS, "gramine", table);
    String listen = in.text("listen", "127.0.0.1:4433");
    String resource = in.text("resource");
    if (!Kbs.isResourcePath(resource))
      in.wrong("resource", "repository/type/tag", "'" + resource + "'");
    String form = in.text("form", "raw");
    if (!List.of("raw", "text").contains(form)) in.wrong("form", "raw or text", "'" + form + "'");
    var policies = in.texts("policy_ids");
    var limit = Duration.ofSeconds(in.number("timeout_seconds", 30, 1, 300));
    int connections = (int) in.number("max_connections", 64, 1, 4096);
    var address = address(in, listen);
    return in.done(
        () ->
            new ProvisioningSettings(
                address,
                resource,
                form.equals("raw") ? Form.RAW : Form.TEXT,
                policies,
                limit,
                connections));
  }

  /** A literal address: no name server decides where we listen. */
  private static InetSocketAddress address(Fields in, String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    if (host.matches("[0-9.]{7,15}|\\[[0-9A-Fa-f:]{2,45}]") && port.matches("[0-9]{1,5}")) {
      try {
        int number = Integer.parseInt(port);
        if (number <= 65535) return new InetSocketAddress(InetAddress.getByName(host), number);
      } catch (UnknownHostException e) {
        in.wrong("listen", "address:port", "no address");
        return InetSocketAddress.createUnresolved("invalid", 0);
      }
    }
    in.wrong("listen", "address:port", "'" + text + "'");
    return InetSocketAddress.createUnresolved("invalid", 0);
  }
}
