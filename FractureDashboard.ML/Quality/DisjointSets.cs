namespace FractureDashboard.ML.Quality;

/// <summary>Sets that share no member and are joined one after another (Tarjan, Journal of the ACM, 1975).</summary>
/// <param name="count">Members, each a set of its own at first.</param>
internal sealed class DisjointSets(int count)
{
    private readonly int[] parents = [.. Enumerable.Range(0, count)];
    private readonly int[] sizes = [.. Enumerable.Repeat(1, count)];

    /// <summary>The set of a member: its smallest member.</summary>
    /// <param name="member">The member.</param>
    public int Find(int member)
    {
        while (parents[member] != member)
        {
            parents[member] = parents[parents[member]];
            member = parents[member];
        }

        return member;
    }

    /// <summary>How many members the set of a member has.</summary>
    /// <param name="member">The member.</param>
    public int SizeOf(int member) => sizes[Find(member)];

    /// <summary>Makes the sets of two members one.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">Another.</param>
    /// <returns>False when they are in one already.</returns>
    public bool Join(int first, int second)
    {
        var (a, b) = (Find(first), Find(second));
        if (a == b)
        {
            return false;
        }

        // The smaller number is the name; halving the paths keeps them short enough all the same.
        var (root, child) = a < b ? (a, b) : (b, a);
        parents[child] = root;
        sizes[root] += sizes[child];
        return true;
    }
}
