package dev.theca.broker.admin;

import java.util.Set;

/** An administrator that proved who they are: a name for the audit trail, and roles. */
public record Actor(String name, Set<String> roles) {
  public Actor {
    roles = Set.copyOf(roles);
  }
}
