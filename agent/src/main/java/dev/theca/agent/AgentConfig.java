package dev.theca.agent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.toml.Toml;
import java.net.URI;
import java.util.Set;

/**
 * What init data tells the agent: whom to ask for keys, under which names its policies lie there,
 * and how registries are reached. Bound to the agent's report, so that the broker can judge it;
 * nothing here is a secret.
 */
record AgentConfig(
    InitData initData,
    URI broker,
    KbsUri securityPolicy,
    KbsUri workloadPolicy,
    RegistryAccess registries) {
  static final String FILE = "theca.toml";

  /** Members of the file; others are refused, since they may be meant to protect something. */
  private static final Set<String> MEMBERS =
      Set.of(
          "kbs_url",
          "security_policy",
          "workload_policy",
          "insecure_registries",
          "registry_credentials",
          "registries_conf",
          "registry_authorities",
          "registry_proxy",
          "registry_no_proxy");

  static Outcome<AgentConfig> read(byte[] initData) {
    return InitData.parse(initData)
        .then(
            data -> {
              String text = data.data().get(FILE);
              if (text == null) return refused("an entry " + FILE + " in [data]", "none");
              return Toml.parse(text).then(toml -> read(data, toml));
            });
  }

  private static Outcome<AgentConfig> read(InitData data, JsonObject toml) {
    for (String member : toml.members().keySet())
      if (!MEMBERS.contains(member))
        return refused("members of " + FILE + " that are known", "'" + member + "'");
    return toml.requireString("kbs_url")
        .then(AgentConfig::url)
        .then(
            url ->
                uri(toml.string("security_policy").orElse(""))
                    .then(
                        security ->
                            uri(toml.string("workload_policy").orElse(""))
                                .then(
                                    workload ->
                                        RegistryAccess.read(toml)
                                            .map(
                                                access ->
                                                    new AgentConfig(
                                                        data, url, security, workload, access)))));
  }

  private static Outcome<KbsUri> uri(String text) {
    return KbsUri.parse(text);
  }

  private static Outcome<URI> url(String text) {
    try {
      var url = URI.create(text);
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())))
        return Outcome.granted(url);
    } catch (IllegalArgumentException e) {
      return refused("kbs_url with http or https", "'" + text + "'");
    }
    return refused("kbs_url with http or https", "'" + text + "'");
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-init-data"), "init data", expected, found, "correct the pod's init data");
  }
}
