using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class ErasureMapping : IEntityTypeConfiguration<ErasureRow>
{
    public void Configure(EntityTypeBuilder<ErasureRow> builder)
    {
        builder.Property(row => row.Reason).HasMaxLength(ErasureRow.LongestReason);
        builder.HasIndex(row => row.Member).IsUnique().HasFilter("\"DueAt\" IS NOT NULL");
        builder.HasIndex(row => row.DueAt);
    }
}

internal sealed class ConsentMapping : IEntityTypeConfiguration<ConsentRow>
{
    public void Configure(EntityTypeBuilder<ConsentRow> builder)
    {
        builder.HasIndex(row => new { row.Member, row.Purpose }).IsUnique().HasFilter("\"WithdrawnAt\" IS NULL");
        builder.HasIndex(row => new { row.Member, row.GivenAt });
    }
}
