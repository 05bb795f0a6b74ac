using System.Runtime.CompilerServices;

namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    /// <summary>
    /// Runs one rule over many inputs, sixteen at a time: each lane is an input at some point of its descent, every round makes one straw2
    /// choice for all lanes, then each lane moves on by itself. A lane that is done takes the next input, so the vectors stay full.
    /// </summary>
    private ref struct BatchRun
    {
        private readonly CrushMapper _mapper;
        private readonly BatchPlan _plan;
        private readonly BatchTables _tables;
        private readonly ReadOnlySpan<uint> _inputs;
        private readonly int _wanted;
        private readonly int _numRep;
        private readonly int _room;
        private readonly Span<int> _results;
        private readonly Span<int> _counts;
        private readonly ReadOnlySpan<uint> _reweights;

        // Per lane the buckets chosen so far, where the results hold the devices below them.
        private readonly Span<int> _hosts;
        private int _nextInput;
        private int _active;

        public BatchRun(
            CrushMapper mapper,
            BatchPlan plan,
            BatchTables tables,
            ReadOnlySpan<uint> inputs,
            int wanted,
            Span<int> results,
            Span<int> counts,
            ReadOnlySpan<uint> reweights,
            Span<int> hosts)
        {
            _mapper = mapper;
            _plan = plan;
            _tables = tables;
            _inputs = inputs;
            _wanted = wanted;
            _numRep = plan.Count > 0 ? plan.Count : plan.Count + wanted;
            _room = plan.FirstN ? wanted : Math.Min(_numRep, wanted);
            _results = results;
            _counts = counts;
            _reweights = reweights;
            _hosts = hosts;
        }

        [SkipLocalsInit]
        public void Execute()
        {
            if (_numRep <= 0)
            {
                _counts.Clear();
                return;
            }

            Span<Lane> lanes = stackalloc Lane[DrawBlock.Width];
            foreach (ref Lane lane in lanes)
            {
                TakeInput(ref lane);
            }

            DrawBlock block = default;
            while (_active > 0)
            {
                int maxSize = Load(lanes, ref block);
                if (maxSize > 0)
                {
                    Straw2Kernel.Run(ref block, maxSize, _tables.Ids, _tables.Reciprocals);
                }

                for (int i = 0; i < lanes.Length; i++)
                {
                    ref Lane lane = ref lanes[i];
                    if (lane.Input < 0)
                    {
                        continue;
                    }

                    if (block.Size[i] == 0)
                    {
                        Fail(ref lane);
                        continue;
                    }

                    int index = block.IdOffset[i] + block.Best[i];
                    if (!Straw2Kernel.IsCertain(block.BestDraw[i], block.SecondDraw[i]))
                    {
                        index = _mapper.ChooseStraw2(
                            _mapper._nodes[lane.At], lane.X, lane.R, _tables.Ids, _tables.Weights[Math.Min(lane.Position, _tables.Weights.Length - 1)]);
                    }

                    MoveOn(ref lane, i, index);
                }
            }
        }

        private readonly int Load(ReadOnlySpan<Lane> lanes, ref DrawBlock block)
        {
            int maxSize = 0;
            for (int i = 0; i < lanes.Length; i++)
            {
                ref readonly Lane lane = ref lanes[i];
                ref readonly CrushNode node = ref _mapper._nodes[lane.At];
                block.X[i] = lane.X;
                block.R[i] = (uint)lane.R;

                // An empty bucket has no item to gather; its neighbour's is not counted.
                block.IdOffset[i] = node.Size > 0 ? node.Offset : 1;
                block.WeightOffset[i] = block.IdOffset[i] + (Math.Min(lane.Position, _tables.Weights.Length - 1) * _tables.Stride);
                block.Size[i] = node.Size;
                maxSize = Math.Max(maxSize, node.Size);
            }

            return maxSize;
        }

        private void TakeInput(ref Lane lane)
        {
            lane = default;
            if (_nextInput == _inputs.Length)
            {
                lane.Input = -1;
                lane.At = _plan.Start;
                return;
            }

            _active++;
            lane.Input = _nextInput++;
            lane.X = _inputs[lane.Input];
            lane.Count = _plan.FirstN ? 0 : _room;
            if (!_plan.FirstN)
            {
                _results.Slice(lane.Input * _wanted, _room).Fill(Undecided);
            }

            Restart(ref lane);
        }

        private void Finish(ref Lane lane)
        {
            _active--;
            if (_plan.FirstN)
            {
                _counts[lane.Input] = lane.Count;
            }
            else
            {
                _counts[lane.Input] = _room;
                _results.Slice(lane.Input * _wanted, _room).Replace(Undecided, CrushMap.NoItem);
            }

            TakeInput(ref lane);
        }

        // A new descent from the top for the lane's replica and number of failures.
        private readonly void Restart(ref Lane lane)
        {
            lane.InLeaf = false;
            lane.At = _plan.Start;
            lane.R = _plan.FirstN ? lane.Replica + lane.Failures : lane.Replica + (_numRep * lane.Failures);
            lane.Position = _plan.FirstN ? lane.Count : 0;
        }

        private void MoveOn(ref Lane lane, int laneIndex, int index)
        {
            int item = _mapper._items[index];
            int child = _mapper._children[index];
            int type = lane.InLeaf ? 0 : _plan.Type;
            if (child >= 0 ? _mapper._nodes[child].Type != type : type != 0)
            {
                if (child >= 0)
                {
                    lane.At = child;
                }
                else
                {
                    GiveUp(ref lane); // A device above the level asked for.
                }

                return;
            }

            if (lane.InLeaf)
            {
                if (IsOut(lane.X, item) || (_plan.FirstN && ResultsOf(lane)[..lane.Count].Contains(item)))
                {
                    Fail(ref lane);
                }
                else
                {
                    HostsOf(laneIndex)[_plan.FirstN ? lane.Count : lane.Replica] = lane.Candidate;
                    Accept(ref lane, item);
                }

                return;
            }

            if (Collides(lane, laneIndex, item))
            {
                Fail(ref lane);
            }
            else if (_plan.ToLeaf)
            {
                EnterLeaf(ref lane, item, child);
            }
            else if (type == 0 && IsOut(lane.X, item))
            {
                Fail(ref lane);
            }
            else
            {
                Accept(ref lane, item);
            }
        }

        private readonly bool Collides(in Lane lane, int laneIndex, int item)
        {
            if (_plan.FirstN)
            {
                return (_plan.ToLeaf ? HostsOf(laneIndex) : ResultsOf(lane))[..lane.Count].Contains(item);
            }

            if (!_plan.ToLeaf)
            {
                return ResultsOf(lane)[.._room].Contains(item);
            }

            ReadOnlySpan<int> hosts = HostsOf(laneIndex)[.._room];
            ReadOnlySpan<int> results = ResultsOf(lane);
            for (int i = 0; i < hosts.Length; i++)
            {
                if (hosts[i] == item && results[i] < Undecided)
                {
                    return true;
                }
            }

            return false;
        }

        private readonly void EnterLeaf(ref Lane lane, int item, int child)
        {
            lane.InLeaf = true;
            lane.Candidate = item;
            lane.LeafStart = child;
            lane.LeafFailures = 0;
            lane.OuterR = lane.R;
            lane.Position = _plan.FirstN ? lane.Count : lane.Replica;
            DescendToLeaf(ref lane);
        }

        private readonly void DescendToLeaf(ref Lane lane)
        {
            lane.At = lane.LeafStart;
            if (_plan.FirstN)
            {
                int passedDown = _plan.VaryR > 0 ? lane.OuterR >> (_plan.VaryR - 1) : 0;
                lane.R = (_plan.Stable ? 0 : lane.Count) + passedDown + lane.LeafFailures;
            }
            else
            {
                lane.R = lane.Replica + lane.OuterR + (_numRep * lane.LeafFailures);
            }
        }

        private void Fail(ref Lane lane)
        {
            if (lane.InLeaf && ++lane.LeafFailures < _plan.LeafTries)
            {
                DescendToLeaf(ref lane);
                return;
            }

            if (!_plan.FirstN)
            {
                NextPlace(ref lane);
            }
            else if (++lane.Failures < _plan.Tries)
            {
                Restart(ref lane);
            }
            else
            {
                NextReplica(ref lane);
            }
        }

        // This replica cannot be placed, whatever the attempt.
        private void GiveUp(ref Lane lane)
        {
            if (_plan.FirstN)
            {
                NextReplica(ref lane);
            }
            else
            {
                ResultsOf(lane)[lane.Replica] = CrushMap.NoItem;
                lane.Count--;
                NextPlace(ref lane);
            }
        }

        private void Accept(ref Lane lane, int item)
        {
            if (_plan.FirstN)
            {
                ResultsOf(lane)[lane.Count++] = item;
                NextReplica(ref lane);
            }
            else
            {
                ResultsOf(lane)[lane.Replica] = item;
                lane.Count--;
                NextPlace(ref lane);
            }
        }

        private void NextReplica(ref Lane lane)
        {
            lane.Replica++;
            lane.Failures = 0;
            if (lane.Replica >= _numRep || lane.Count == _room)
            {
                Finish(ref lane);
            }
            else
            {
                Restart(ref lane);
            }
        }

        // The next undecided place, in this round or the next.
        private void NextPlace(ref Lane lane)
        {
            if (lane.Count > 0)
            {
                ReadOnlySpan<int> places = ResultsOf(lane)[.._room];
                int next = places[(lane.Replica + 1)..].IndexOf(Undecided);
                if (next >= 0)
                {
                    lane.Replica += 1 + next;
                    Restart(ref lane);
                    return;
                }

                if (++lane.Failures < _plan.Tries)
                {
                    lane.Replica = places.IndexOf(Undecided);
                    Restart(ref lane);
                    return;
                }
            }

            Finish(ref lane);
        }

        private readonly bool IsOut(uint x, int device)
        {
            if ((uint)device >= (uint)_reweights.Length)
            {
                return true;
            }

            uint weight = _reweights[device];
            return weight < 0x10000 && (weight == 0 || (CrushHash.Hash(x, (uint)device) & 0xffff) >= weight);
        }

        private readonly Span<int> ResultsOf(in Lane lane) => _results.Slice(lane.Input * _wanted, _wanted);

        private readonly Span<int> HostsOf(int laneIndex) => _hosts.Slice(laneIndex * _wanted, _wanted);
    }
}
