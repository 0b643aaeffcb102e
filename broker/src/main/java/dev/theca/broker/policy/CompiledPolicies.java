package dev.theca.broker.policy;

import dev.theca.wire.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Policies by the hash of their text, compiled once; the least used go first. For many threads. */
final class CompiledPolicies {
  private static final int MAX = 512;

  private record Key(PolicyId.Kind kind, String name, String sha256) {}

  private final Map<Key, CompiledPolicy> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompiledPolicy> eldest) {
          return size() > MAX;
        }
      };

  Optional<CompiledPolicy> find(PolicyId id, String sha256) {
    synchronized (known) {
      return Optional.ofNullable(known.get(new Key(id.kind(), id.name(), sha256)));
    }
  }

  Outcome<CompiledPolicy> of(PolicyId id, String sha256, String text) {
    var there = find(id, sha256);
    if (there.isPresent()) return Outcome.granted(there.get());
    return PolicyCompiler.compile(id, text)
        .map(
            compiled -> {
              synchronized (known) {
                known.put(new Key(id.kind(), id.name(), sha256), compiled);
              }
              return compiled;
            });
  }
}
