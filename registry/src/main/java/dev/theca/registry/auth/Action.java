package dev.theca.registry.auth;

/** What is done with a repository; whoever may push may delete and pull. */
public enum Action {
  PULL,
  PUSH
}
