package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Looks for a way from a certificate to a trusted one, as Go's {@code crypto/x509} does: no
 * revocation, no tree of policies.
 */
final class Chain {
  private static final int MAX_SIGNATURES = 100;
  private static final int SIGNS_CERTIFICATES = 1 << 5;

  /** About what a judgement costs, in the steps that evaluations are bounded by. */
  private static final long STEPS = 10_000;

  private final Calling context;
  private final VerifyOptions options;
  private final Certificate root;
  private final List<Certificate> between;
  private int signatures;

  private Chain(
      Calling context, VerifyOptions options, Certificate root, List<Certificate> between) {
    this.context = context;
    this.options = options;
    this.root = root;
    this.between = between;
  }

  /** From the last to the first of these, by way of the others; empty where there is none. */
  static Optional<List<Certificate>> verify(
      Calling context, List<Certificate> certificates, VerifyOptions options) {
    if (certificates.size() < 2) return Optional.empty();
    var leaf = certificates.getLast();
    var chain =
        new Chain(
            context,
            options,
            certificates.getFirst(),
            certificates.subList(1, certificates.size() - 1));
    if (!chain.isValid(leaf, List.of(), false) || !forName(leaf, options.name()))
      return Optional.empty();
    var path = List.of(leaf);
    if (leaf.equals(chain.root))
      return chain.allowsUsage(path) ? Optional.of(path) : Optional.empty();
    return chain.from(path);
  }

  private static boolean forName(Certificate leaf, String name) {
    if (name.isEmpty()) return true;
    boolean bracketed = name.length() >= 3 && name.startsWith("[") && name.endsWith("]");
    byte[] address = Addresses.parse(bracketed ? name.substring(1, name.length() - 1) : name);
    if (address == null) return Domains.anyMatches(leaf.known().names.dns(), name);
    String wanted = Addresses.text(address);
    return leaf.known().names.addresses().stream()
        .anyMatch(one -> Addresses.text(one.array()).equals(wanted));
  }

  private Optional<List<Certificate>> from(List<Certificate> path) {
    var last = path.getLast();
    if (isParent(root, last) && takes(root, path, false)) {
      var whole = with(path, root);
      if (allowsUsage(whole)) return Optional.of(whole);
    }
    for (int match = 0; match < 3; match++)
      for (var candidate : between) {
        if (!isParent(candidate, last) || match(candidate, last) != match) continue;
        if (!takes(candidate, path, true)) continue;
        var whole = from(with(path, candidate));
        if (whole.isPresent()) return whole;
      }
    return Optional.empty();
  }

  private static List<Certificate> with(List<Certificate> path, Certificate next) {
    var longer = new ArrayList<>(path);
    longer.add(next);
    return longer;
  }

  private static boolean isParent(Certificate parent, Certificate child) {
    return Arrays.equals(parent.rawSubject(), child.rawIssuer());
  }

  /** Those whose key is named come first, those where nothing is said next. */
  private static int match(Certificate parent, Certificate child) {
    byte[] id = parent.known().subjectKeyId;
    byte[] wanted = child.known().authorityKeyId;
    boolean has = id != null && id.length > 0;
    boolean asked = wanted != null && wanted.length > 0;
    if (has != asked) return 1;
    return !has || Arrays.equals(id, wanted) ? 0 : 2;
  }

  private boolean takes(Certificate candidate, List<Certificate> path, boolean intermediate) {
    for (var one : path) if (isSame(candidate, one)) return false;
    if (++signatures > MAX_SIGNATURES) return false;
    context.spend(STEPS);
    return signed(path.getLast(), candidate) && isValid(candidate, path, intermediate);
  }

  /** Whether both speak for one subject with one key: a loop by way of cross signatures. */
  private static boolean isSame(Certificate a, Certificate b) {
    return Arrays.equals(a.rawSubject(), b.rawSubject())
        && a.key().equals(b.key())
        && Arrays.equals(alternatives(a), alternatives(b));
  }

  private static byte[] alternatives(Certificate one) {
    for (var extension : one.extensions())
      if (extension.id().equals("2.5.29.17")) return extension.value();
    return new byte[0];
  }

  private static boolean signed(Certificate child, Certificate parent) {
    var known = parent.known();
    boolean authority = known.basicConstraints ? known.authority : parent.version() != 3;
    boolean signs = known.keyUsage == 0 || (known.keyUsage & SIGNS_CERTIFICATES) != 0;
    return authority
        && signs
        && child.signatureKind().holds(parent.key(), child.tbs(), child.signature());
  }

  private boolean isValid(Certificate one, List<Certificate> path, boolean intermediate) {
    var known = one.known();
    if (!known.unhandled.isEmpty()) return false;
    if (options.now().isBefore(one.notBefore()) || options.now().isAfter(one.notAfter()))
      return false;
    if (!path.isEmpty() && !known.constraints.isEmpty()) {
      var count = new ConstraintCheck(context, known.constraints, options.comparisons());
      if (!count.allows(path.getFirst().known()) || !count.allows(known)) return false;
    }
    if (intermediate && !(known.basicConstraints && known.authority)) return false;
    return !known.basicConstraints || known.maxPath < 0 || path.size() - 1 <= known.maxPath;
  }

  /** Whether one of the usages is left when every certificate has crossed out what it forbids. */
  private boolean allowsUsage(List<Certificate> chain) {
    if (options.usages().contains(Usage.ANY)) return true;
    var left = new ArrayList<>(options.usages());
    for (var one : chain) {
      var known = one.known();
      boolean all = known.usages.isEmpty() && known.unknownUsages.isEmpty();
      if (!all && !known.usages.contains(Usage.ANY)) left.retainAll(known.usages);
    }
    return !left.isEmpty();
  }
}
