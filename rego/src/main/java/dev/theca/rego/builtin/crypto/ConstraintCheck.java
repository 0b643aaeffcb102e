package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.Calling;
import java.util.List;
import java.util.function.BiPredicate;

/** Holds the names of a certificate against the constraints of an authority, and counts. */
final class ConstraintCheck {
  private final Calling context;
  private final NameConstraints constraints;
  private final long most;
  private long count;

  ConstraintCheck(Calling context, NameConstraints constraints, long most) {
    this.context = context;
    this.constraints = constraints;
    this.most = most;
  }

  boolean allows(Extensions known) {
    var permitted = constraints.permitted();
    var excluded = constraints.excluded();
    var names = known.names;
    boolean judged = !permitted.uris().isEmpty() || !excluded.uris().isEmpty();
    if (judged && !names.uris().stream().allMatch(ConstraintCheck::hasDomain)) return false;
    return all(names.emails(), permitted.emails(), excluded.emails(), ConstraintCheck::isEmail)
        && all(names.dns(), permitted.dns(), excluded.dns(), Domains::within)
        && all(names.uris(), permitted.uris(), excluded.uris(), ConstraintCheck::isUri)
        && all(names.addresses(), permitted.ranges(), excluded.ranges(), ConstraintCheck::isAddress)
        && wellFormed(names);
  }

  /** Names that cannot be read cannot be allowed. */
  private static boolean wellFormed(AlternativeNames names) {
    for (String name : names.dns()) if (Domains.labels(name).isEmpty()) return false;
    for (String mail : names.emails()) if (Mailbox.parse(mail).isEmpty()) return false;
    return true;
  }

  /** A URI without a host, or with an address for one, is in no domain and cannot be judged. */
  private static boolean hasDomain(Uri uri) {
    String host = host(uri);
    return !host.isEmpty() && !host.startsWith("[") && Addresses.parse(host) == null;
  }

  private static String host(Uri uri) {
    int colon = uri.host().lastIndexOf(':');
    return colon >= 0 && !uri.host().endsWith("]") ? uri.host().substring(0, colon) : uri.host();
  }

  private <N, C> boolean all(
      List<N> names, List<C> permitted, List<C> excluded, BiPredicate<N, C> within) {
    for (N name : names) {
      count += permitted.size() + excluded.size();
      if (count > most) return false;
      context.spend(1L + permitted.size() + excluded.size());
      for (C constraint : excluded) if (within.test(name, constraint)) return false;
      boolean allowed = permitted.isEmpty();
      for (C constraint : permitted) allowed |= within.test(name, constraint);
      if (!allowed) return false;
    }
    return true;
  }

  private static boolean isEmail(String name, String constraint) {
    var mail = Mailbox.parse(name);
    if (mail.isEmpty()) return false;
    if (constraint.indexOf('@') < 0) return Domains.within(mail.get().domain(), constraint);
    var exact = Mailbox.parse(constraint);
    return exact.isPresent()
        && exact.get().local().equals(mail.get().local())
        && exact.get().domain().equalsIgnoreCase(mail.get().domain());
  }

  private static boolean isUri(Uri uri, String constraint) {
    return Domains.within(host(uri), constraint);
  }

  private static boolean isAddress(Bytes address, Bytes range) {
    int half = range.size() / 2;
    if (address.size() != half) return false;
    for (int i = 0; i < half; i++) {
      int differ = address.array()[i] ^ range.array()[i];
      if ((differ & range.array()[half + i]) != 0) return false;
    }
    return true;
  }
}
