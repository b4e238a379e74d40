package org.dl4jext.zoo.sweep;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.dl4jext.recurrent.arbiter.ForwardingGenerator;

/**
 * The candidates of a search without those that a journal has: their results are reported to the
 * search in place of training them again. Calls are serialised.
 */
final class JournaledCandidates extends ForwardingGenerator<CandidateGenerator> {

  private final Map<Integer, JournalEntry> finished = new HashMap<>();
  private Candidate<?> next;

  JournaledCandidates(CandidateGenerator source, List<JournalEntry> entries) {
    super(source);
    entries.forEach(entry -> finished.put(entry.candidate(), entry));
  }

  @Override
  public synchronized boolean hasMoreCandidates() {
    while (next == null && source().hasMoreCandidates()) {
      Candidate<?> candidate = source().getCandidate();
      JournalEntry entry = finished.get(candidate.getIndex());
      if (entry == null) {
        next = candidate;
      } else {
        // An adaptive search with other results at hand may have had other values here.
        candidate.setFlatParameters(entry.values());
        reportResults(
            new OptimizationResult(
                candidate, entry.score(), candidate.getIndex(), null, null, null));
      }
    }
    return next != null;
  }

  @Override
  public synchronized Candidate<?> getCandidate() {
    if (!hasMoreCandidates()) {
      throw new IllegalStateException("no candidate left, or none yet");
    }
    Candidate<?> candidate = next;
    next = null;
    return candidate;
  }
}
