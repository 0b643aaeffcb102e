package dev.theca.broker.admin;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Credentials that were believed: whose they are, what they grant, and until when.
 *
 * @param acl words of an identity provider that the reference's rules know; none for our own tokens
 */
record Believed(String name, List<Grant> grants, Set<String> acl, Instant until) {
  Believed {
    grants = List.copyOf(grants);
    acl = Set.copyOf(acl);
  }

  static Believed owner(String name) {
    return new Believed(name, List.of(new Grant(BuiltinRoles.OWNER, "")), Set.of(), Instant.MAX);
  }

  Actor actor() {
    var roles = new TreeSet<String>();
    // Words of the reference's rules must not be mistaken for roles of ours.
    for (String word : acl) roles.add("acl:" + word);
    for (Grant grant : grants) roles.add(grant.toString());
    return new Actor(name, roles);
  }
}
