package dev.theca.node.task;

import dev.theca.node.cgroup.OomWatch;
import dev.theca.node.events.Events;
import dev.theca.node.health.Stages;

/** What the handlers of one daemon share. */
public record Common(Events events, OomWatch ooms, Stages stages) {}
