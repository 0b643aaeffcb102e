package dev.theca.agent;

/** Something that the agent needs does not work; nothing was decided. */
final class AgentFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AgentFault(String message) {
    super(message);
  }

  AgentFault(String message, Throwable cause) {
    super(message, cause);
  }
}
