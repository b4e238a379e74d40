package org.dl4jext.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A story of short sentences and a question about it, answered by one, two or three of its facts.
 *
 * <p>One fact: where is a person, who went to places. Two: where is a thing, which a person took
 * before going on. Three: where was the thing before the place it is in now.
 *
 * <p>A sentence is one step: the channels of its words, and its verb. The last step is the
 * question, and carries the only label, a place. Channels: persons, things, places, the verbs go
 * and take, the questions where is and where was. Difficulty: supporting facts.
 *
 * @param sentences of a story, at least 4
 */
public record FactQuestions(int sentences) implements ReasoningTask {

  private static final long serialVersionUID = 1L;
  private static final int PERSONS = 4;
  private static final int THINGS = 3;
  private static final int PLACES = 6;
  private static final int FIRST_THING = PERSONS;
  private static final int FIRST_PLACE = FIRST_THING + THINGS;
  private static final int GO = FIRST_PLACE + PLACES;
  private static final int TAKE = GO + 1;
  private static final int WHERE_IS = GO + 2;
  private static final int WHERE_WAS = GO + 3;

  public FactQuestions {
    if (sentences < 4) {
      throw new IllegalArgumentException(
          "FactQuestions: sentences is " + sentences + "; allowed: at least 4");
    }
  }

  @Override
  public String name() {
    return "fact questions";
  }

  @Override
  public int channels() {
    return WHERE_WAS + 1;
  }

  @Override
  public int classes() {
    return PLACES;
  }

  @Override
  public int[] difficulties() {
    return new int[] {1, 3};
  }

  @Override
  public ReasoningExample draw(SplittableRandom random, int facts) {
    requireDifficulty(facts);
    while (true) {
      ReasoningExample story = story(random, facts);
      if (story != null) {
        return story;
      }
    }
  }

  /** A random story; null if it has no answer to such a question. */
  private ReasoningExample story(SplittableRandom random, int facts) {
    List<List<Integer>> been = new ArrayList<>();
    for (int i = 0; i < PERSONS; i++) {
      been.add(new ArrayList<>());
    }
    int[] holder = {-1, -1, -1};
    int[] takenAfter = new int[THINGS];
    int[][] active = new int[sentences + 1][];
    for (int t = 0; t < sentences; t++) {
      int person = random.nextInt(PERSONS);
      List<Integer> places = been.get(person);
      int thing = random.nextInt(THINGS);
      boolean takes = facts > 1 && holder[thing] < 0 && !places.isEmpty() && random.nextInt(2) == 0;
      if (takes) {
        holder[thing] = person;
        takenAfter[thing] = places.size() - 1;
        active[t] = new int[] {person, FIRST_THING + thing, TAKE};
      } else {
        int place = random.nextInt(PLACES);
        if (!places.isEmpty() && place == places.get(places.size() - 1)) {
          place = (place + 1) % PLACES;
        }
        places.add(place);
        active[t] = new int[] {person, FIRST_PLACE + place, GO};
      }
    }
    return asked(random, facts, been, holder, takenAfter, active);
  }

  private ReasoningExample asked(
      SplittableRandom random,
      int facts,
      List<List<Integer>> been,
      int[] holder,
      int[] takenAfter,
      int[][] active) {
    int subject = random.nextInt(facts == 1 ? PERSONS : THINGS);
    int person = facts == 1 ? subject : holder[subject];
    if (person < 0 || been.get(person).isEmpty()) {
      return null;
    }
    List<Integer> places = been.get(person);
    int back = facts == 3 ? 2 : 1;
    boolean carried = facts == 1 || places.size() - back >= takenAfter[subject];
    if (places.size() < back || !carried) {
      return null;
    }
    active[sentences] =
        new int[] {facts == 1 ? subject : FIRST_THING + subject, facts == 3 ? WHERE_WAS : WHERE_IS};
    int[] labels = new int[sentences + 1];
    java.util.Arrays.fill(labels, TokenSequence.NO_LABEL);
    labels[sentences] = places.get(places.size() - back);
    return new ReasoningExample(active, labels, facts);
  }
}
