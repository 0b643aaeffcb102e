package dev.theca.node.events;

/** What can be told about a task: the topic's last word and the message's name. */
public enum Topic {
  CREATE("create", "TaskCreate", false),
  START("start", "TaskStart", false),
  EXIT("exit", "TaskExit", true),
  DELETE("delete", "TaskDelete", false),
  EXEC_ADDED("exec-added", "TaskExecAdded", false),
  EXEC_STARTED("exec-started", "TaskExecStarted", false),
  OOM("oom", "TaskOOM", true),
  PAUSED("paused", "TaskPaused", false),
  RESUMED("resumed", "TaskResumed", false);

  final String path;
  final String type;

  /** Whether it is kept however long its reader is away. */
  final boolean precious;

  Topic(String word, String message, boolean precious) {
    this.path = "/tasks/" + word;
    this.type = "containerd.events." + message;
    this.precious = precious;
  }
}
