package dev.theca.broker.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The policies that come with the broker: version 0 of each. */
public final class BuiltinPolicies {
  private static final String AUTHOR = "theca";

  /** Texts for the resource policy, by the names that the field's tool has for them. */
  public static final List<String> RESOURCE_TEXTS = List.of("affirming", "allow_all", "deny_all");

  private static final Map<PolicyId, PolicyText> ALL = new TreeMap<>();

  static {
    for (String name : List.of("default_cpu", "default_gpu"))
      add(new PolicyId(PolicyId.Kind.ATTESTATION, name), name);
    add(PolicyId.RESOURCE, "affirming");
  }

  private BuiltinPolicies() {}

  private static void add(PolicyId id, String file) {
    String text = read(file);
    var version = new PolicyVersion(id, 0, Sha256.of(text), "v1", AUTHOR, Instant.EPOCH, false);
    ALL.put(id, new PolicyText(version, text));
  }

  static Optional<PolicyText> find(PolicyId id) {
    return Optional.ofNullable(ALL.get(id));
  }

  static List<PolicyId> ids() {
    return List.copyOf(ALL.keySet());
  }

  /** One of {@link #RESOURCE_TEXTS}; empty for another name. */
  public static Optional<String> resourceText(String name) {
    return RESOURCE_TEXTS.contains(name) ? Optional.of(read(name)) : Optional.empty();
  }

  private static String read(String file) {
    try (var in = BuiltinPolicies.class.getResourceAsStream(file + ".rego")) {
      if (in == null) throw new IllegalStateException("the policy " + file + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the policy " + file, e);
    }
  }
}
