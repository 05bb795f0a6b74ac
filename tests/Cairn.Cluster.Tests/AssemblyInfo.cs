using Xunit.Sdk;
using Xunit.v3;

// Each test is a whole cluster of processes: two at a time would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
